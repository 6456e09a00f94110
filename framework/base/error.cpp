// SPDX-License-Identifier: Apache-2.0
// The error vocabulary of <perdure/error.hpp>.
#include <perdure/error.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <typeinfo>

namespace perdure {
namespace {

std::string type_name(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> readable(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
    return status == 0 ? readable.get() : type.name();
}

failure described(int causes_left);

/// A failure with its outermost causes.
failure shortened(const failure& whole, int causes_left) {
    failure kept{whole.type, whole.message, nullptr, whole.retriable};
    if (whole.cause && causes_left > 0)
        kept.cause = std::make_shared<const failure>(shortened(*whole.cause, causes_left - 1));
    return kept;
}

std::shared_ptr<const failure> cause_of(const std::exception& thrown, int causes_left) {
    if (causes_left == 0)
        return nullptr;
    if (const auto* failed = dynamic_cast<const task_failed*>(&thrown))
        return std::make_shared<const failure>(shortened(failed->details(), causes_left - 1));
    if (const auto* nested = dynamic_cast<const std::nested_exception*>(&thrown)) {
        try {
            nested->rethrow_nested();
        } catch (...) {
            return std::make_shared<const failure>(described(causes_left - 1));
        }
    }
    return nullptr;
}

bool is_retriable(const std::exception& thrown) {
    if (const auto* failed = dynamic_cast<const task_failed*>(&thrown))
        return failed->details().retriable;
    return dynamic_cast<const non_retriable*>(&thrown) == nullptr;
}

/// The exception in flight.
failure described(int causes_left) {
    try {
        throw;
    } catch (const std::exception& thrown) {
        return {type_name(typeid(thrown)), thrown.what(), cause_of(thrown, causes_left),
                is_retriable(thrown)};
    } catch (...) {
        const std::type_info* type = abi::__cxa_current_exception_type();
        return {type != nullptr ? type_name(*type) : "unknown", "not a std::exception", nullptr};
    }
}

} // namespace

const char* to_string(errc code) noexcept {
    switch (code) {
    case errc::invalid_argument:
        return "invalid_argument";
    case errc::not_registered:
        return "not_registered";
    case errc::duplicate:
        return "duplicate";
    case errc::hub_locked:
        return "hub_locked";
    case errc::hub_format:
        return "hub_format";
    case errc::storage:
        return "storage";
    case errc::poisoned:
        return "poisoned";
    case errc::closed:
        return "closed";
    case errc::not_found:
        return "not_found";
    case errc::instance_exists:
        return "instance_exists";
    case errc::instance_finished:
        return "instance_finished";
    case errc::timeout:
        return "timeout";
    case errc::held:
        return "held";
    case errc::conversion:
        return "conversion";
    case errc::damaged:
        return "damaged";
    case errc::data_loss:
        return "data_loss";
    case errc::read_only:
        return "read_only";
    case errc::limit_exceeded:
        return "limit_exceeded";
    case errc::critical_section:
        return "critical_section";
    case errc::not_finished:
        return "not_finished";
    }
    return "unknown";
}

failure failure::current() {
    return described(causes_max);
}

bool failure::is_timeout() const noexcept {
    return type == timed_out || type == heartbeat_timed_out;
}

bool operator==(const failure& a, const failure& b) noexcept {
    if (a.type != b.type || a.message != b.message || a.retriable != b.retriable ||
        !a.cause != !b.cause)
        return false;
    return !a.cause || *a.cause == *b.cause;
}

task_failed::task_failed(std::string subject, failure details)
    : std::runtime_error(subject + " failed: " + details.message), subject_(std::move(subject)),
      details_(std::move(details)) {}

} // namespace perdure
