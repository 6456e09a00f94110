// SPDX-License-Identifier: Apache-2.0
#include "activities/decoded.hpp"

#include <perdure/error.hpp>
#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/image_io.hpp>

#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace erasing {
namespace {

/// The most recently used values, up to a number of bytes; always at least the last one.
///
/// Threads: get() and put() from any thread; of several that ask for a missing value at once, one
/// makes it and the others wait.
template <class Value>
class recent_values {
  public:
    using pointer = std::shared_ptr<const Value>;

    struct made {
        Value value;
        std::size_t bytes = 0; ///< What it is taken to weigh.
    };

    explicit recent_values(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    pointer get(const std::string& key, const std::function<made()>& make) {
        std::promise<pointer> promise;
        {
            std::unique_lock lock(mutex_);
            if (const auto found = find(key); found != entries_.end()) {
                entries_.splice(entries_.begin(), entries_, found);
                const std::shared_future<pointer> value = found->value;
                lock.unlock();
                return value.get();
            }
            entries_.push_front({key, promise.get_future().share(), 0});
        }
        try {
            made fresh = make();
            auto value = std::make_shared<const Value>(std::move(fresh.value));
            promise.set_value(value);
            settle(key, fresh.bytes);
            return value;
        } catch (...) {
            promise.set_exception(std::current_exception());
            const std::scoped_lock lock(mutex_);
            if (const auto failed = find(key); failed != entries_.end())
                entries_.erase(failed);
            throw;
        }
    }

    void forget(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        if (const auto found = find(key); found != entries_.end()) {
            bytes_ -= found->bytes;
            entries_.erase(found);
        }
    }

    void put(const std::string& key, Value value, std::size_t bytes) {
        get(key, [&] { return made{std::move(value), bytes}; });
    }

  private:
    struct entry {
        std::string key;
        std::shared_future<pointer> value;
        std::size_t bytes;
    };
    using position = typename std::list<entry>::iterator;

    // Few entries: the list is as good as an index.
    position find(const std::string& key) {
        position at = entries_.begin();
        while (at != entries_.end() && at->key != key)
            ++at;
        return at;
    }

    void settle(const std::string& key, std::size_t bytes) {
        const std::scoped_lock lock(mutex_);
        if (const auto found = find(key); found != entries_.end()) {
            found->bytes = bytes;
            bytes_ += bytes;
        }
        while (bytes_ > bytes_max_ && entries_.size() > 1) {
            bytes_ -= entries_.back().bytes;
            entries_.pop_back();
        }
    }

    const std::size_t bytes_max_;
    std::mutex mutex_;
    std::list<entry> entries_; ///< Most recently used first.
    std::size_t bytes_ = 0;
};

constexpr std::size_t megabyte = std::size_t{1} << 20;

std::string key_of(const slices& names) {
    std::string key;
    for (const perdure::blob& each : names)
        key.append(each.hash.begin(), each.hash.end());
    return key;
}

std::string key_of(const level_source& source) {
    std::string key = std::to_string(source.index) + ' ' + source.sources.settings.encode();
    key += source.sources.photo.file + source.sources.markup.file;
    for (const loaded_picture& each : source.sources.donors)
        key += each.file;
    return key;
}

std::size_t weight_of(const pixels::level& built) {
    return 5 * built.size().pixel_count();
}

awaited_files at_hand(input_files files) {
    std::promise<input_files> known;
    known.set_value(std::move(files));
    return known.get_future();
}

template <class Value>
typename recent_values<Value>::made joined(perdure::activity_context& ctx, const slices& names) {
    std::vector<Value> parts;
    std::size_t bytes = 0;
    for (const perdure::blob& each : names) {
        const auto stored = ctx.get(each);
        bytes += stored->size();
        parts.push_back(Value::decode(*stored));
    }
    if (parts.size() == 1)
        return {std::move(parts.front()), bytes};
    return {Value::join(std::move(parts)), bytes};
}

} // namespace

struct decoded_values::shelves {
    explicit shelves(awaited_files known) : files(std::move(known)) {}

    const input_file& file(const std::string& hash) const {
        const input_files& known = all_files();
        const auto found = known.find(hash);
        if (found == known.end())
            throw perdure::interrupted();
        return found->second;
    }

    const input_files& all_files() const {
        try {
            return files.get();
        } catch (const std::future_error&) {
            throw perdure::interrupted();
        }
    }

    /// The file's bytes, if they are still those that the run was begun with.
    static std::shared_ptr<const std::string>
    read(perdure::activity_context& ctx, const input_file& source, const std::string& hash) {
        const perdure::blob name =
            ctx.put(source.path.empty() ? source.bytes : pixels::read_file(source.path));
        if (name.hex() != hash)
            throw pixels::image_error(source.path.string() +
                                      " changed while it was being read; run the program again");
        return ctx.get(name);
    }

    template <class PictureOf, class MarkupOf>
    recent_values<pixels::level>::made build(const level_source& source, int threads,
                                             PictureOf picture_of, MarkupOf markup_of) {
        const fill_sources& from = source.sources;
        std::vector<pixels::mask> donors;
        for (const loaded_picture& each : from.donors)
            donors.push_back(*markup_of(each.file));
        const held_pixels photo = picture_of(from.photo.file);
        const auto marked = markup_of(from.markup.file);
        const std::string name = from.photo.file + from.markup.file;
        recent_values<pixels::block_sums>::pointer summed;
        if (source.index < pixels::block_sums::index)
            sums.forget(name);
        else
            summed = sums.get(name, [&] {
                pixels::block_sums made(photo.seen, *marked, threads);
                const std::size_t bytes =
                    sizeof(pixels::block_sums::block) * made.size().pixel_count();
                return recent_values<pixels::block_sums>::made{std::move(made), bytes};
            });
        pixels::level built =
            pixels::build_level(photo.seen, *marked, donors, source.levels, source.index,
                                from.settings, threads, summed.get());
        const std::size_t bytes = weight_of(built);
        return {std::move(built), bytes};
    }

    /// The finest level is the last that is made of them. They are decoded again if need be.
    void forget_files(const fill_sources& from) {
        pictures.forget(from.photo.file);
        markups.forget(from.markup.file);
        if (const input_file& markup = file(from.markup.file); markup.rest)
            markup.rest();
    }

    const awaited_files files;
    recent_values<pixels::image> pictures{64 * megabyte};
    recent_values<pixels::mask> markups{64 * megabyte};
    recent_values<pixels::block_sums> sums{64 * megabyte};
    recent_values<pixels::level> levels{256 * megabyte};
    // A step reads what the one before it has left; what is older is not looked at again.
    recent_values<pixels::field> fields{4 * megabyte};
    recent_values<pixels::colours> colours{4 * megabyte};
};

decoded_values::decoded_values(input_files files, int threads)
    : decoded_values(at_hand(std::move(files)), threads) {}

decoded_values::decoded_values(awaited_files files, int threads)
    : kept_(std::make_unique<shelves>(std::move(files))), threads_(threads) {}

decoded_values::~decoded_values() = default;

held_pixels decoded_values::picture(perdure::activity_context& ctx, const std::string& file) {
    const input_file& source = kept_->file(file);
    if (source.picture)
        return source.picture();
    const auto kept = kept_->pictures.get(file, [&] {
        pixels::image decoded = pixels::decode_image(*shelves::read(ctx, source, file));
        const std::size_t bytes = decoded.rgb.size() + decoded.alpha.size();
        return recent_values<pixels::image>::made{std::move(decoded), bytes};
    });
    return {*kept, kept};
}

std::shared_ptr<const pixels::mask> decoded_values::markup(perdure::activity_context& ctx,
                                                           const std::string& file) {
    const input_file& source = kept_->file(file);
    if (source.markup)
        return source.markup();
    return kept_->markups.get(file, [&] {
        pixels::mask decoded = pixels::decode_mask(*shelves::read(ctx, source, file));
        const std::size_t bytes = decoded.flags.size();
        return recent_values<pixels::mask>::made{std::move(decoded), bytes};
    });
}

std::shared_ptr<const pixels::level> decoded_values::level(perdure::activity_context& ctx,
                                                           const level_source& source) {
    auto found = kept_->levels.get(key_of(source), [&] {
        return kept_->build(
            source, threads_, [&](const std::string& file) { return picture(ctx, file); },
            [&](const std::string& file) { return markup(ctx, file); });
    });
    if (source.index == 0)
        kept_->forget_files(source.sources);
    return found;
}

pixels::level decoded_values::last_level(perdure::activity_context& ctx,
                                         const level_source& source) {
    pixels::level rest = level(ctx, source)->without_samples();
    forget(source);
    return rest;
}

void decoded_values::prepare(const level_source& source) {
    kept_->levels.get(key_of(source), [&] {
        return kept_->build(
            source, threads_, [&](const std::string& file) { return kept_->file(file).picture(); },
            [&](const std::string& file) { return kept_->file(file).markup(); });
    });
}

void decoded_values::forget(const level_source& source) {
    kept_->levels.forget(key_of(source));
}

std::shared_ptr<const pixels::field> decoded_values::field(perdure::activity_context& ctx,
                                                           const slices& names) {
    return kept_->fields.get(key_of(names), [&] { return joined<pixels::field>(ctx, names); });
}

std::shared_ptr<const pixels::colours> decoded_values::colours(perdure::activity_context& ctx,
                                                               const slices& names) {
    return kept_->colours.get(key_of(names), [&] { return joined<pixels::colours>(ctx, names); });
}

pixels::field decoded_values::last_field(perdure::activity_context& ctx, const slices& names) {
    pixels::field copy = *field(ctx, names);
    kept_->fields.forget(key_of(names));
    return copy;
}

pixels::colours decoded_values::last_colours(perdure::activity_context& ctx, const slices& names) {
    pixels::colours copy = *colours(ctx, names);
    kept_->colours.forget(key_of(names));
    return copy;
}

void decoded_values::remember(const perdure::blob& name, pixels::field whole) {
    const std::size_t bytes = sizeof(pixels::match) * whole.matches.size();
    kept_->fields.put(key_of(slices{name}), std::move(whole), bytes);
}

void decoded_values::remember(const perdure::blob& name, pixels::colours whole) {
    const std::size_t bytes = sizeof(pixels::sample) * whole.samples.size();
    kept_->colours.put(key_of(slices{name}), std::move(whole), bytes);
}

} // namespace erasing
