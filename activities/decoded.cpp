// SPDX-License-Identifier: Apache-2.0
#include "activities/decoded.hpp"

#include <perdure/inpaint/image_io.hpp>

#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <string>
#include <utility>

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

recent_values<pixels::image>& recent_pictures() {
    static recent_values<pixels::image> values(64 * megabyte);
    return values;
}

recent_values<pixels::mask>& recent_markups() {
    static recent_values<pixels::mask> values(64 * megabyte);
    return values;
}

recent_values<pixels::level>& recent_levels() {
    static recent_values<pixels::level> values(256 * megabyte);
    return values;
}

recent_values<pixels::field>& recent_fields() {
    static recent_values<pixels::field> values(32 * megabyte);
    return values;
}

recent_values<pixels::colours>& recent_colours() {
    static recent_values<pixels::colours> values(32 * megabyte);
    return values;
}

std::string key_of(const slices& names) {
    std::string key;
    for (const perdure::blob& each : names)
        key.append(each.hash.begin(), each.hash.end());
    return key;
}

std::string key_of(const perdure::blob& name) {
    return key_of(slices{name});
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
    return {Value::join(parts), bytes};
}

} // namespace

std::shared_ptr<const pixels::image> picture_of(perdure::activity_context& ctx,
                                                const loaded_picture& loaded) {
    return recent_pictures().get(key_of(loaded.file), [&] {
        return recent_values<pixels::image>::made{pixels::decode_image(*ctx.get(loaded.file)),
                                                  3 * loaded.size.pixel_count()};
    });
}

std::shared_ptr<const pixels::mask> markup_of(perdure::activity_context& ctx,
                                              const loaded_picture& loaded) {
    return recent_markups().get(key_of(loaded.file), [&] {
        return recent_values<pixels::mask>::made{
            pixels::mask_from_image(pixels::decode_image(*ctx.get(loaded.file))),
            loaded.size.pixel_count()};
    });
}

std::shared_ptr<const pixels::level> level_of(perdure::activity_context& ctx,
                                              const perdure::blob& name) {
    return recent_levels().get(key_of(name), [&] {
        const auto stored = ctx.get(name);
        return recent_values<pixels::level>::made{pixels::level::decode(*stored), stored->size()};
    });
}

std::shared_ptr<const pixels::field> field_of(perdure::activity_context& ctx, const slices& names) {
    return recent_fields().get(key_of(names), [&] { return joined<pixels::field>(ctx, names); });
}

std::shared_ptr<const pixels::colours> colours_of(perdure::activity_context& ctx,
                                                  const slices& names) {
    return recent_colours().get(key_of(names), [&] { return joined<pixels::colours>(ctx, names); });
}

void remember(const perdure::blob& name, pixels::level built) {
    const std::size_t bytes = 5 * built.size().pixel_count();
    recent_levels().put(key_of(name), std::move(built), bytes);
}

void remember(const perdure::blob& name, pixels::field whole) {
    const std::size_t bytes = sizeof(pixels::match) * whole.matches.size();
    recent_fields().put(key_of(name), std::move(whole), bytes);
}

} // namespace erasing
