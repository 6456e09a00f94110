// SPDX-License-Identifier: Apache-2.0
// fuzz-TARGET FOLDER: feeds every file of a corpus to the target, without libFuzzer: what was found
// once stays fixed on every compiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

// A buffer without a byte to spare: the address sanitizer then sees every read past its end.
std::vector<std::uint8_t> read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    return {bytes.begin(), bytes.end()};
}

} // namespace

int main(int argc, char** argv) {
    std::vector<fs::path> inputs;
    if (argc == 2)
        std::copy(fs::directory_iterator(argv[1]), {}, std::back_inserter(inputs));
    if (inputs.empty()) {
        std::fprintf(stderr, "usage: fuzz-TARGET FOLDER, which holds inputs\n");
        return 2;
    }
    std::sort(inputs.begin(), inputs.end());
    for (const fs::path& path : inputs) {
        std::printf("%s\n", path.c_str());
        std::fflush(stdout); // the last line names the input that ends this program
        const std::vector<std::uint8_t> bytes = read(path);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%zu inputs\n", inputs.size());
}
