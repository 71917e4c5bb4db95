# Ruby with standard libraries that its module loads from a directory.
require "json"
require "set"
require "digest"
require "erb"
require "time"
require_relative "helper"

puts RUBY_VERSION[0, 3], ARGV.inspect
data = JSON.parse('{"a": [1, 2.5, null, "größe"], "b": {"c": true}}')
puts JSON.pretty_generate(data.merge("n" => 2**100))
puts Set.new([3, 1, 2, 3]).sort.inspect
puts Digest::SHA256.hexdigest("wx")
puts ERB.new("<% 3.times do |i| %><%= i * i %>,<% end %>").result
puts Time.at(0).utc.iso8601
puts helper("granted")
puts Dir.children(".").sort.inspect
File.write("new.txt", "from ruby\n" * 3)
puts File.readlines("new.txt").length, File.size("new.txt")
fiber = Fiber.new { |x| 3.times { |i| x = Fiber.yield(x + i) }; :done }
puts [fiber.resume(10), fiber.resume(20), fiber.resume(30), fiber.resume(40)].inspect
begin
  Integer("x")
rescue ArgumentError => e
  warn "rescued: #{e.message}"
end
puts (1..20).reduce(:*), Rational(3, 4) + 1, "%.10f" % Math::PI
raise "the end"
