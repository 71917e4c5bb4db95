// What the runtime exports: start and end, the signal handler, library calls, and WASI preview 1 and 0. Only what a
// program reaches becomes part of its executable.

export { wx_argument, wx_argument_count, wx_attach, wx_cpu, wx_exit, wx_init } from "./start";
export { wx_open_grants } from "./grants";
export { wx_listen } from "./listen";
export { wx_start_timer } from "./timer";
export { wx_confine_files, wx_require_confinement } from "./landlock";
export { wx_filter_calls, wx_require_filter } from "./sandbox";
export { wx_signal } from "./signals";
export * from "./libcalls";
export {
  wx_print_f32,
  wx_print_f64,
  wx_print_i32,
  wx_print_i64,
  wx_script_check,
  wx_script_f32,
  wx_script_f64,
  wx_script_i32,
  wx_script_i64,
  wx_script_reference,
} from "./script";
export {
  args_get,
  args_sizes_get,
  clock_res_get,
  clock_time_get,
  environ_get,
  environ_sizes_get,
  proc_exit,
  proc_raise,
  random_get,
  sched_yield,
} from "./process";
export { fd_pread, fd_pwrite, fd_read, fd_seek, fd_tell, fd_write } from "./streams";
export {
  fd_advise,
  fd_allocate,
  fd_close,
  fd_datasync,
  fd_fdstat_get,
  fd_fdstat_set_flags,
  fd_fdstat_set_rights,
  fd_filestat_get,
  fd_filestat_set_size,
  fd_filestat_set_times,
  fd_prestat_dir_name,
  fd_prestat_get,
  fd_renumber,
  fd_sync,
} from "./files";
export { fd_readdir } from "./readdir";
export {
  path_create_directory,
  path_filestat_get,
  path_filestat_set_times,
  path_link,
  path_open,
  path_readlink,
  path_remove_directory,
  path_rename,
  path_symlink,
  path_unlink_file,
} from "./paths";
export { poll_oneoff } from "./poll";
export { sock_accept, sock_recv, sock_send, sock_shutdown } from "./sockets";
export {
  unstable_fd_filestat_get,
  unstable_fd_seek,
  unstable_path_filestat_get,
  unstable_poll_oneoff,
} from "./unstable";
export { exception_new, exception_unwind } from "./exceptions";
