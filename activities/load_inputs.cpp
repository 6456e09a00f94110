// SPDX-License-Identifier: Apache-2.0
#include "activities/load_inputs.hpp"

#include "activities/decoded.hpp"

#include <perdure/error.hpp>
#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/validate.hpp>

#include <utility>

namespace erasing {
namespace {

class input_loader {
  public:
    explicit input_loader(input_files files) : files_(std::move(files)) {}

    loaded_picture picture(perdure::activity_context& ctx, const std::string& hash) const {
        loaded_picture loaded = load(ctx, hash);
        loaded.size = picture_of(ctx, loaded)->size;
        pixels::validate_picture(loaded.size);
        return loaded;
    }

    loaded_picture markup(perdure::activity_context& ctx, const std::string& hash) const {
        loaded_picture loaded = load(ctx, hash);
        loaded.size = markup_of(ctx, loaded)->size;
        return loaded;
    }

  private:
    loaded_picture load(perdure::activity_context& ctx, const std::string& hash) const {
        const auto found = files_.find(hash);
        if (found == files_.end())
            throw perdure::interrupted();
        const input_file& source = found->second;
        loaded_picture loaded;
        loaded.file = ctx.put(source.path.empty() ? source.bytes : pixels::read_file(source.path));
        if (loaded.file.hex() != hash)
            throw pixels::image_error(source.path.string() +
                                      " changed while it was being read; run the program again");
        return loaded;
    }

    input_files files_;
};

} // namespace

void add_load_inputs(perdure::registry& functions, input_files files) {
    const input_loader loader(std::move(files));
    functions.add(load_picture, [loader](perdure::activity_context& ctx, std::string hash) {
        return loader.picture(ctx, hash);
    });
    functions.add(load_markup, [loader](perdure::activity_context& ctx, std::string hash) {
        return loader.markup(ctx, hash);
    });
}

} // namespace erasing
