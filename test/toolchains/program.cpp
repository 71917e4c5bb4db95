// What C++'s standard library needs: streams, containers, strings, algorithms, files, virtual calls, static objects.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

struct Tracer {
  const char *name;
  explicit Tracer(const char *n) : name(n) { std::printf("made %s\n", name); }
  ~Tracer() { std::printf("gone %s\n", name); }
};
static Tracer tracer("static");

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Circle : Shape {
  double r;
  explicit Circle(double radius) : r(radius) {}
  double area() const override { return std::acos(-1.0) * r * r; }
};
struct Square : Shape {
  double a;
  explicit Square(double side) : a(side) {}
  double area() const override { return a * a; }
};

int main(int argc, char **argv) {
  std::cout << "arguments:";
  for (int i = 1; i < argc; i++) std::cout << ' ' << std::quoted(argv[i]);
  const char *mode = std::getenv("MODE");
  std::cout << "\nMODE: " << (mode ? mode : "none") << std::endl;

  std::vector<std::unique_ptr<Shape>> shapes;
  for (int i = 1; i <= 4; i++) {
    if (i % 2) shapes.push_back(std::make_unique<Circle>(i));
    else shapes.push_back(std::make_unique<Square>(i));
  }
  for (const auto &shape : shapes) std::cout << std::fixed << std::setprecision(4) << shape->area() << '\n';

  std::map<std::string, int> counts;
  std::istringstream words("one two three two three three");
  for (std::string word; words >> word;) counts[word]++;
  for (const auto &[word, count] : counts) std::cout << word << '=' << count << ' ';
  std::cout << '\n';

  std::vector<int> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), -500);
  std::stable_sort(numbers.begin(), numbers.end(), [](int a, int b) { return a * a < b * b; });
  std::function<long(int, int)> sum = [&](int from, int to) {
    return std::accumulate(numbers.begin() + from, numbers.begin() + to, 0L);
  };
  std::cout << numbers[0] << ' ' << numbers[999] << ' ' << sum(0, 1000) << ' ' << sum(10, 20) << '\n';

  std::unordered_map<int, std::string> table;
  for (int i = 0; i < 5000; i++) table[i * 7919] = std::to_string(i);
  std::cout << table.size() << ' ' << table[7919 * 4321] << '\n';

  {
    std::ofstream file("new.txt");
    for (int i = 0; i < 100; i++) file << i << ' ' << i * 0.5 << '\n';
  }
  std::ifstream file("new.txt");
  double total = 0;
  for (double a, b; file >> a >> b;) total += a + b;
  std::cout << total << ' ' << std::ifstream("missing").is_open() << '\n';
  std::cerr << "to standard error\n";
  return 5;
}
