// Completions for shells, made from the tables of commands and options. `wx completions bash` prints a script to be
// sourced; docs/cli.md says how to install each.

import { CommandRow, commandRows, OptionRow, optionRows } from "./option-table";

/** The script for a shell; empty for an unknown one. */
export function completions(shell: string): string {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  return shell == "fish" ? fish() : "";
}

/** Whether a value is a file or a directory, which shells complete themselves. */
function isPath(row: OptionRow): boolean {
  return row.value == "FILE" || row.value.startsWith("HOST");
}

/** All forms of all options, separated by spaces. */
function optionWords(rows: Array<OptionRow>): string {
  const words: Array<string> = [];
  for (let i: i32 = 0; i < rows.length; i++) {
    const row = rows[i];
    const short = row.short;
    if (short.length != 0 && row.long.length == 0) {
      const choices = row.choices.split(" ");
      for (let k: i32 = 0; k < choices.length; k++) words.push(short + choices[k]);
    } else if (short.length != 0) {
      words.push(short);
    }
    if (row.long.length != 0) words.push(row.isOptional ? `${row.long}=` : row.long);
    if (row.alias.length != 0) words.push(row.alias);
  }
  return words.join(" ");
}

function commandWords(rows: Array<CommandRow>): string {
  const words: Array<string> = [];
  for (let i: i32 = 0; i < rows.length; i++) words.push(rows[i].name);
  return words.join(" ");
}

function bash(): string {
  const rows = optionRows();
  let text = `# wx completions for bash: source this file, or put it into the folder of bash-completion.
_wx() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$before" = = ]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$word" = = ]; then before=\${COMP_WORDS[COMP_CWORD-1]} word=; fi
  case $before in
`;
  for (let i: i32 = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!row.takesValue || row.isAttached) continue;
    const names = row.short.length != 0 ? `${row.short} | ${row.long}` : row.long;
    if (row.choices.length != 0)
      text += `    ${names}) COMPREPLY=($(compgen -W "${row.choices}" -- "$word")); return ;;\n`;
    else if (isPath(row)) text += `    ${names}) COMPREPLY=($(compgen -f -- "$word")); return ;;\n`;
    else text += `    ${names}) return ;;\n`;
  }
  text += `    completions) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")); return ;;
  esac
  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "${optionWords(rows)}" -- "$word")); return; fi
  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${commandWords(commandRows())}" -- "$word")); fi
  COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _wx wx
`;
  return text;
}

/** Escapes what is special inside the quoted descriptions of zsh's _arguments. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll("[", "\\[").replaceAll("]", "\\]").replaceAll(":", "\\:");
}

function zshLine(row: OptionRow, name: string): string {
  const summary = zshText(row.summary);
  if (!row.takesValue) return `    '${name}[${summary}]' \\\n`;
  const equals = row.isOptional ? "=-" : name.startsWith("--") ? "=" : row.isAttached ? "-" : "+";
  const action = row.choices.length != 0 ? `(${row.choices})` : isPath(row) ? "_files" : "";
  const optional = row.isOptional ? "::" : ":";
  return `    '*${name}${equals}[${summary}]${optional}${zshText(row.value)}:${action}' \\\n`;
}

function zsh(): string {
  const rows = optionRows();
  const commands = commandRows();
  let text = "#compdef wx\n# wx completions for zsh: put this file as _wx into a folder of $fpath.\n_wx() {\n";
  text += "  local -a commands=(\n";
  for (let i: i32 = 0; i < commands.length; i++) {
    text += `    '${commands[i].name}:${zshText(commands[i].summary)}'\n`;
  }
  text += "  )\n  _arguments -S \\\n";
  for (let i: i32 = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row.short.length != 0) text += zshLine(row, row.short);
    if (row.long.length != 0) text += zshLine(row, row.long);
    if (row.alias.length != 0) text += zshLine(row, row.alias);
  }
  text += `    '1: :{ _describe command commands; _files }' \\
    '*: :_files'
}
if [ "$funcstack[1]" = _wx ]; then _wx "$@"; else compdef _wx wx; fi
`;
  return text;
}

function fishText(text: string): string {
  return text.replaceAll("'", "\\'");
}

function fish(): string {
  const rows = optionRows();
  const commands = commandRows();
  let text = "# wx completions for fish: put this file as wx.fish into ~/.config/fish/completions.\n";
  for (let i: i32 = 0; i < commands.length; i++) {
    const summary = fishText(commands[i].summary);
    text += `complete -c wx -n __fish_is_first_arg -a ${commands[i].name} -d '${summary}'\n`;
  }
  text += "complete -c wx -n '__fish_seen_subcommand_from completions' -f -a 'bash zsh fish'\n";
  for (let i: i32 = 0; i < rows.length; i++) {
    const row = rows[i];
    let line = "complete -c wx";
    if (row.short.length != 0) line += ` -s ${row.short.substring(1)}`;
    if (row.long.length != 0) line += ` -l ${row.long.substring(2)}`;
    if (row.alias.length != 0) line += ` -l ${row.alias.substring(2)}`;
    if (row.takesValue && !row.isOptional) line += isPath(row) ? " -r -F" : " -x";
    if (row.choices.length != 0) line += ` -a '${row.choices}'`;
    text += `${line} -d '${fishText(row.summary)}'\n`;
  }
  return text;
}
