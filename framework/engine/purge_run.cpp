// SPDX-License-Identifier: Apache-2.0
#include "engine/purge_run.hpp"

#include "history/codec.hpp"
#include "store/keys.hpp"

#include <utility>

namespace perdure::engine {

using namespace history;

namespace {

/// Appends the children of an execution that have ended.
void add_children(store::store& rows, const purge_target& parent, std::vector<purge_target>& into) {
    const auto add = [&](std::string_view instance, std::string_view stored) {
        const store::instance_row row = store::decode_instance_row(stored);
        if (is_finished(row.status) && row.parent.instance == parent.instance &&
            row.parent.execution == parent.execution)
            into.push_back({std::string(instance), row.execution});
    };
    // Default ids tell whose children they are, also of scopes that have ended.
    const std::string own = parent.execution + ":";
    rows.scan(store::table::instances, own, own, [&](std::string_view id, std::string_view stored) {
        add(id, stored);
        return true;
    });
    const std::string prefix = store::history_prefix(parent.instance);
    rows.scan(store::table::history, prefix, prefix,
              [&](std::string_view, std::string_view stored) {
                  for (const history::event& each : decode_step(stored).decided)
                      if (const auto* asked = std::get_if<child_created>(&each);
                          asked != nullptr && !asked->instance.starts_with(own))
                          if (const auto row = rows.get(store::table::instances, asked->instance))
                              add(asked->instance, *row);
                  return true;
              });
}

/// Whether somebody else was faster: it is gone, or has begun anew.
bool is_gone(const std::exception_ptr& refused) {
    try {
        std::rethrow_exception(refused);
    } catch (const error& why) {
        return why.code() == errc::not_found || why.code() == errc::not_finished;
    } catch (...) {
        return false;
    }
}

} // namespace

purge_run::purge_run(actors::services& hub, std::vector<purge_target> roots, bool is_recursive)
    : hub_(&hub) {
    while (!roots.empty()) {
        std::vector<purge_target> younger;
        if (is_recursive)
            for (const purge_target& each : roots)
                add_children(*hub_->rows, each, younger);
        generations_.push_back(std::exchange(roots, std::move(younger)));
    }
}

std::future<purge_result> purge_run::start() {
    auto future = promise_.get_future();
    go_on();
    return future;
}

void purge_run::go_on() {
    std::exception_ptr failed;
    {
        const std::scoped_lock lock(mutex_);
        failed = failed_;
    }
    if (failed)
        return promise_.set_exception(failed);
    if (generations_.empty())
        return promise_.set_value({deleted_});
    const std::vector<purge_target> youngest = std::move(generations_.back());
    generations_.pop_back();
    unanswered_ = youngest.size();
    for (const purge_target& each : youngest)
        hub_->routes->send(
            each.instance,
            actors::removal_mail{false, each.execution,
                                 [self = shared_from_this()](const std::exception_ptr& refused) {
                                     self->told(refused);
                                 }});
}

void purge_run::told(const std::exception_ptr& refused) {
    if (!refused) {
        ++deleted_;
    } else if (!is_gone(refused)) {
        const std::scoped_lock lock(mutex_);
        failed_ = failed_ ? failed_ : refused;
    }
    if (--unanswered_ == 0)
        go_on();
}

} // namespace perdure::engine
