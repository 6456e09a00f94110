// SPDX-License-Identifier: Apache-2.0
// An entity's part in a transaction; see transaction_trip.hpp.
#include "actors/entity.hpp"

#include "turn/transaction_turn.hpp"

#include <algorithm>

namespace perdure::actors {

using namespace history;

/// Its turn has come: hands over the state, and sends the transaction on or, at the end, runs it.
void entity::join(queue::item request) {
    std::shared_ptr<transaction_trip> trip = std::move(request.origin.trip);
    if (!trip) {
        trip = std::make_shared<transaction_trip>();
        trip->request = std::move(request.body);
        trip->order = request.origin.order.value();
        trip->route = route_of(trip->asked());
    }
    trip->stops.push_back({std::move(row_), std::move(live_)});
    const std::size_t visited = trip->stops.size();
    if (visited < trip->route.size()) {
        const std::string next = trip->route[visited];
        return hub_->routes->send(next, visit_mail{std::move(trip)});
    }
    run(*trip);
    give_back(trip);
}

void entity::run(transaction_trip& trip) {
    const auto* code = hub_->functions->find_transaction(trip.asked().name);
    if (code == nullptr)
        return hub_->log("transaction '" + trip.asked().name + "' of instance " +
                         trip.request.sender +
                         " waits: it is not registered in this process; add it to the registry and "
                         "reopen the hub");
    std::vector<turn::entity_turn*> entities;
    for (const auto& each : trip.stops)
        entities.push_back(each.live.get());
    turn::transaction_decision decided =
        turn::run_transaction(*code, trip.asked(), entities, hub_->inline_payload_max);

    commit part;
    part.time = hub_->clock->now();
    part.blobs = std::move(decided.blobs);
    part.consumed.push_back({trip.route.front(), trip.order, {}});
    collect_blobs(trip.request.body, part.consumed.back().blobs);
    for (std::size_t i = 0; i < trip.stops.size(); ++i) {
        if (!decided.states[i])
            continue;
        store::entity_row& row = trip.stops[i].row;
        change_state(row, std::move(*decided.states[i]), part.time, part);
        put_row(row, trip.route[i], part);
    }
    part.messages.push_back(
        {trip.request.sender,
         {trip.route.front(), {}, trip.request.sender_execution, std::move(decided.outcome)}});
    submit(std::move(part));
    trip.commit = last_commit_;
}

/// Those visited get back what they handed over. If it did not run, the request stays in the inbox,
/// and the hub will find it there when it is next opened.
void entity::give_back(const std::shared_ptr<transaction_trip>& trip) {
    for (std::size_t i = 0; i < trip->stops.size(); ++i)
        if (trip->route[i] != target_)
            hub_->routes->send(trip->route[i], return_mail{trip});
    if (trip->stops.size() == trip->route.size())
        take_back(*trip);
}

void entity::take_back(transaction_trip& trip) {
    const auto at = std::lower_bound(trip.route.begin(), trip.route.end(), target_);
    auto& mine = trip.stops[static_cast<std::size_t>(at - trip.route.begin())];
    row_ = std::move(mine.row);
    if (!held_)
        live_ = std::move(mine.live);
    last_commit_ = std::max(last_commit_, trip.commit);
}

} // namespace perdure::actors
