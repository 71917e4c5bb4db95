# Requires standard libraries from a granted directory and works on files in another (ruby.ts).
require "json"
require "set"
require "digest"
require "erb"
require "optparse"
require "time"
require "fileutils"
require "tempfile"
puts "#{RUBY_VERSION} #{$LOADED_FEATURES.grep(/3\.4\.0/).size > 30}"
puts JSON.generate(JSON.parse('{"a":[1,2.5,"x",null]}'))
puts Digest::SHA256.hexdigest("abc")
puts ERB.new("<%= [1, 2, 3].sum %>").result
puts Time.parse("2001-02-03 04:05:06 UTC").iso8601
puts (1..200).inject(:*).to_s.size
puts Set.new([3, 1, 3]).to_a.inspect
FileUtils.mkdir_p("/data/a/b")
File.write("/data/a/b/f", "text\n" * 3)
FileUtils.mv("/data/a/b/f", "/data/a/g")
File.open("/data/a/g", "a") { |f| f.puts "more" }
puts Dir.glob("/data/**/*").sort.inspect, File.readlines("/data/a/g").size, File.stat("/data/a/g").size
FileUtils.rm_rf("/data/a")
puts Dir.children("/data").inspect
["/usr/local/lib/ruby/x", "/etc/x", "/data/../x", "/app/x"].each do |path|
  File.write(path, "no")
  puts "wrote #{path}"
rescue SystemCallError => e
  puts "#{path}: #{e.class}"
end
