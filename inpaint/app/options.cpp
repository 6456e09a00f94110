// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/options.hpp"

#include <perdure/inpaint/markup.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>

namespace erase_app {
namespace {

namespace pixels = perdure::inpaint;

constexpr int threads_max = 256;
constexpr int at_once_max = 64;

template <class Number>
Number parse_number(const std::string& option, const std::string& text, Number least,
                    Number greatest) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, number);
    if (text.empty() || problem != std::errc() || stopped != end || number < least ||
        number > greatest)
        throw usage_error(option + " takes a whole number from " + std::to_string(least) + " to " +
                          std::to_string(greatest) + ", not '" + text + "'");
    return number;
}

erase_method parse_method(const std::string& text) {
    if (text == "fill")
        return erase_method::fill;
    if (text == "seam-carving")
        return erase_method::seam_carving;
    throw usage_error("--method takes fill or seam-carving, not '" + text + "'");
}

double parse_rate(const std::string& option, const std::string& text) {
    double rate = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data(), end, rate);
    if (problem != std::errc() || stopped != end || !(rate >= 0 && rate <= 1000))
        throw usage_error(option + " takes dollars per GB-second, 0 to 1000, not '" + text + "'");
    return rate;
}

/// Walks over the arguments; an option's value is the next argument or follows '='.
class parser {
  public:
    explicit parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}

    options parse() {
        for (; at_ < arguments_.size(); ++at_) {
            const std::string& each = arguments_[at_];
            if (is_rest_files_ || each.size() < 2 || each[0] != '-')
                files_.emplace_back(each);
            else if (each == "--")
                is_rest_files_ = true;
            else
                take_option(each);
        }
        if (!parsed_.is_help)
            take_files();
        if (parsed_.threads == 0)
            parsed_.threads =
                std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, threads_max);
        return parsed_;
    }

  private:
    void take_option(const std::string& argument) {
        const auto equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        std::optional<std::string> inline_value;
        if (equals != std::string::npos)
            inline_value = argument.substr(equals + 1);
        if (bool* flag = flag_named(name); flag != nullptr && !inline_value)
            *flag = true;
        else if (name == "--donor")
            parsed_.donors.emplace_back(value_of(name, inline_value));
        else if (name == "--hub")
            parsed_.hub = value_of(name, inline_value);
        else if (name == "--threads")
            parsed_.threads = parse_number(name, value_of(name, inline_value), 1, threads_max);
        else if (name == "--grow")
            parsed_.grow =
                parse_number(name, value_of(name, inline_value), 0, pixels::edge_pixels_max);
        else if (name == "--feather")
            parsed_.feather =
                parse_number(name, value_of(name, inline_value), 0, pixels::edge_pixels_max);
        else if (name == "--jpeg-quality")
            parsed_.jpeg_quality = parse_number(name, value_of(name, inline_value), 1, 100);
        else if (name == "--method")
            parsed_.method = parse_method(value_of(name, inline_value));
        else if (name == "--compare")
            parsed_.compare = value_of(name, inline_value);
        else if (name == "--batch")
            parsed_.batch = value_of(name, inline_value);
        else if (name == "--at-once")
            parsed_.at_once = parse_number(name, value_of(name, inline_value), 1, at_once_max);
        else if (name == "--previews")
            parsed_.previews = value_of(name, inline_value);
        else if (name == "--rate")
            parsed_.dollars_per_gb_second = parse_rate(name, value_of(name, inline_value));
        else if (name == "--seed")
            parsed_.seed =
                parse_number<std::uint64_t>(name, value_of(name, inline_value), 0, UINT64_MAX);
        else
            throw usage_error("there is no option '" + argument + "'");
    }

    bool* flag_named(const std::string& name) {
        if (name == "--in-process")
            return &parsed_.is_in_process;
        if (name == "--json")
            return &parsed_.is_json;
        if (name == "--cost")
            return &parsed_.is_cost;
        if (name == "--quiet" || name == "-q")
            return &parsed_.is_quiet;
        if (name == "--help" || name == "-h")
            return &parsed_.is_help;
        return nullptr;
    }

    std::string value_of(const std::string& name, const std::optional<std::string>& inline_value) {
        std::string value;
        if (inline_value)
            value = *inline_value;
        else if (at_ + 1 < arguments_.size())
            value = arguments_[++at_];
        if (value.empty())
            throw usage_error(name + " needs a value");
        return value;
    }

    void take_files() {
        for (const std::string& each : files_)
            if (each.empty())
                throw usage_error("a file's name is empty");
        if (!parsed_.batch.empty()) {
            take_batch();
            return;
        }
        if (files_.size() != 3)
            throw usage_error("give three files, PHOTO MARKUP OUT, not " +
                              std::to_string(files_.size()));
        parsed_.photo = files_[0];
        parsed_.markup = files_[1];
        parsed_.out = files_[2];
        if (parsed_.is_in_process && parsed_.keeps_hub())
            throw usage_error("--in-process uses no hub; leave out one of --in-process and --hub");
        if (parsed_.method == erase_method::seam_carving)
            refuse_options_of_fill();
        require_feather_in_growth();
    }

    void take_batch() {
        if (files_.size() != 1)
            throw usage_error("with --batch give one folder for the results, not " +
                              std::to_string(files_.size()) + " names");
        parsed_.out = std::filesystem::path(files_[0]).lexically_normal();
        if (!parsed_.out.has_filename()) // "out/": its hub is out.hub all the same
            parsed_.out = parsed_.out.parent_path();
        const auto refuse = [](bool is_given, const std::string& option) {
            if (is_given)
                throw usage_error(option + " is for one picture; leave it out of a batch");
        };
        refuse(!parsed_.donors.empty(), "--donor");
        refuse(parsed_.is_in_process, "--in-process");
        refuse(parsed_.method != erase_method::fill, "--method");
        refuse(!parsed_.compare.empty(), "--compare");
        refuse(!parsed_.previews.empty(), "--previews");
        require_feather_in_growth();
    }

    void require_feather_in_growth() const {
        if (parsed_.feather > parsed_.grow)
            throw usage_error("--feather takes at most as many pixels as --grow, or what is to be "
                              "erased would shine through at its edge");
    }

    void refuse_options_of_fill() const {
        const auto refuse = [](bool is_given, const std::string& option) {
            if (is_given)
                throw usage_error(option + " belongs to the fill; leave it out of seam carving");
        };
        refuse(!parsed_.donors.empty(), "--donor");
        refuse(parsed_.keeps_hub(), "--hub");
        refuse(parsed_.feather > 0, "--feather");
        refuse(!parsed_.previews.empty(), "--previews");
        if (!parsed_.compare.empty())
            throw usage_error("--compare shows both methods; leave out --method");
    }

    const std::vector<std::string>& arguments_;
    std::size_t at_ = 0;
    bool is_rest_files_ = false;
    std::vector<std::string> files_;
    options parsed_;
};

} // namespace

std::filesystem::path options::hub_folder() const {
    if (keeps_hub())
        return hub;
    std::filesystem::path beside = out;
    beside += ".hub";
    return beside;
}

std::string_view usage() noexcept {
    return "usage: erase PHOTO MARKUP OUT [option]...\n"
           "       erase --batch DIR OUT [option]...\n"
           "\n"
           "Takes what MARKUP marks out of PHOTO and writes the picture to OUT. Pictures are PNG,\n"
           "JPEG or WebP of at most 100 megapixels. Marked are the pixels with alpha above 0 if\n"
           "MARKUP has transparency, otherwise those that are not black.\n"
           "\n"
           "With --batch, every photo NAME.jpg in DIR that has a NAME.markup.png beside it is "
           "done\n"
           "and written to OUT/NAME.jpg; NAME.donor1.png, ... are its donors. One that cannot be\n"
           "done does not disturb the others.\n"
           "\n"
           "  --donor FILE    an area, painted like a markup over both what is to be removed and\n"
           "                  what is to be copied there; may be given several times\n"
           "  --grow PX       mark PX pixels more all around; default 0\n"
           "  --feather PX    go over from the original to the fill within the outermost PX "
           "pixels\n"
           "                  of the grown markup; at most as many as --grow; default 0\n"
           "  --jpeg-quality N\n"
           "                  1 to 100, of a JPEG that is written; default 95\n"
           "  --method M      fill, or seam-carving: take paths of pixels out over the markup and\n"
           "                  put others in elsewhere, which changes the whole picture\n"
           "  --compare FILE  write an HTML page, too, that shows both methods side by side\n"
           "  --previews DIR  write a picture of every level, from the coarsest on, into DIR\n"
           "  --cost          print what it cost: CPU, memory over time, and dollars\n"
           "  --rate DOLLARS  what a GB-second costs; default 0.000016\n"
           "  --at-once N     1 to 64 pictures of a batch at the same time; default 2\n"
           "  --hub DIR       keep the work in DIR, a task hub; without it, in OUT.hub, which is\n"
           "                  removed when the picture is written\n"
           "  --threads N     1 to 256; default: as many as the machine has cores\n"
           "  --seed N        another number, another picture; default 1\n"
           "  --in-process    compute the same pixels without the task hub\n"
           "  --json          print one JSON object at the end\n"
           "  --quiet, -q     print no progress\n"
           "  --help, -h      print this\n"
           "\n"
           "If it is stopped or killed, run it again with the same files: it goes on.\n"
           "Exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.\n";
}

options parse_options(const std::vector<std::string>& arguments) {
    return parser(arguments).parse();
}

} // namespace erase_app
