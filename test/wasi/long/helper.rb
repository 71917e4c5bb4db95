# What program.rb requires from its own folder.
def helper(word)
  word.chars.each_slice(3).map(&:join).join("-")
end
