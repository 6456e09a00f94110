// SPDX-License-Identifier: Apache-2.0
#include "activities/greetings.hpp"

#include <iterator>
#include <sstream>

namespace patterns {
namespace {

std::string greet(const std::string& city) {
    return "Hello " + city + "!";
}

int words_in(const std::string& text) {
    std::istringstream words(text);
    return static_cast<int>(std::distance(std::istream_iterator<std::string>(words),
                                          std::istream_iterator<std::string>()));
}

} // namespace

void register_greetings(perdure::registry& functions) {
    functions.add(say_hello, greet);
    functions.add(count_words, words_in);
}

} // namespace patterns
