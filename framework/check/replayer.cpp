// SPDX-License-Identifier: Apache-2.0
#include "check/replayer.hpp"

#include "store/keys.hpp"

#include <perdure/error.hpp>
#include <perdure/options.hpp>

namespace perdure::check {

std::shared_ptr<const std::string> stored_blobs::load(const blob& name) {
    auto stored = rows_->get(store::table::blobs, store::blob_key(name));
    if (!stored)
        throw error(errc::not_found, "blob " + name.hex() + " is not in this task hub");
    return std::make_shared<const std::string>(std::move(*stored));
}

replayer::replayer(store::store& rows, const registry& functions, std::string instance,
                   const std::string& name)
    : functions_(&functions), blobs_(rows) {
    const auto* code = functions.find_orchestration(name);
    if (code == nullptr)
        difference_ = "orchestration '" + name + "' is not among the functions";
    else
        execution_ = std::make_unique<turn::execution>(std::move(instance), *code, blobs_,
                                                       hub_options{}.inline_payload_max);
}

void replayer::add(const history::step& recorded) {
    if (difference_)
        return;
    for (const history::event& each : recorded.arrived)
        if (const auto* begun = std::get_if<history::execution_started>(&each))
            inherits_status_ = begun->is_continued;
    for (const auto* events : {&recorded.arrived, &recorded.decided})
        for (const history::event& each : *events)
            if (history::end_of_scope(each))
                is_status_known_ = false; // it may have set one
    try {
        turn::decision asked;
        if (const auto mismatch = execution_->replay(recorded, &asked))
            difference_ = mismatch->text();
        if (asked.custom_status) {
            custom_status_ = std::move(asked.custom_status);
            is_status_known_ = true;
        }
    } catch (const std::exception& obstacle) {
        difference_ = std::string("it can't be replayed: ") + obstacle.what();
    }
}

void replayer::skip(const history::step& undone) {
    is_status_known_ = false;
    if (execution_)
        execution_->skip(undone);
}

std::optional<std::string> replayer::difference(const store::instance_row& row) {
    if (difference_)
        return difference_;
    if (is_status_known_ && row.custom_status != custom_status_.value_or(payload{}) &&
        (custom_status_ || !inherits_status_))
        return "the code has set another custom status than the instance has";
    if (!is_finished(row.status))
        for (const auto& [task_id, asked] : execution_->open())
            if (auto missing = turn::missing_function(asked, *functions_))
                return missing;
    return std::nullopt;
}

} // namespace perdure::check
