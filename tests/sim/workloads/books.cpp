// SPDX-License-Identifier: Apache-2.0
// Appointments in event-sourced books: made now and for later by clients, passed on by an entity
// that starts an orchestration for each, and entities that are deleted and made anew. Each
// appointment has a number, so that the book itself sees one that comes early or twice.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <perdure/event_sourcing.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;
using milliseconds = std::chrono::milliseconds;

struct book {
    struct entered {
        std::string sender;
        int number = 0;
        bool is_early = false;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(entered, sender, number, is_early)
    };
    std::map<std::string, std::set<int>> seen;
    int doubled = 0;
    int early = 0;

    /// Every fifth is refused: it leaves no trace.
    emits<entered> enter(entity_context& ctx, std::string sender, int number,
                         std::int64_t due) const;
    void apply(const entered& e) noexcept {
        doubled += !seen[e.sender].insert(e.number).second;
        early += e.is_early;
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(book, seen, doubled, early)
};
inline constexpr auto books =
    sourced_entity{"sim.book", event_names<book::entered>{"entered"}, op("enter", &book::enter)}
        .snapshot_every(4);

bool is_refused(int number) {
    return number % 5 == 0;
}

emits<book::entered> book::enter(entity_context& ctx, std::string sender, int number,
                                 std::int64_t due) const {
    if (is_refused(number)) {
        ctx.signal(books["lost"], &book::enter, sender, 1, std::int64_t{0});
        throw std::invalid_argument("no room");
    }
    return entered{std::move(sender), number, ctx.now() < timestamp(milliseconds(due))};
}

inline constexpr orchestration<int(std::string, int)> visit{"sim.visit"};

/// Starts a visit for each appointment.
struct usher {
    int admitted = 0;
    void admit(entity_context& ctx, std::string to, int number) {
        ++admitted;
        ctx.start(visit, std::move(to), number);
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(usher, admitted)
};
inline constexpr entity ushers{"sim.usher", op("admit", &usher::admit)};

task<int> run_visit(orchestration_context& ctx, std::string to, int number) {
    const timestamp due = ctx.now() + milliseconds(number * 1000);
    ctx.signal_at(due, books[to], &book::enter, "visit", number,
                  std::int64_t{due.time_since_epoch().count()});
    co_return number;
}

/// A state that is deleted, in both ways of keeping one.
struct ember {
    int heat = 0;
    void blow() { ++heat; }
    void die(entity_context& ctx) { ctx.delete_state(); }
    int feel() const { return heat; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(ember, heat)
};
inline constexpr entity embers{"sim.ember", op("blow", &ember::blow), op("die", &ember::die),
                               op("feel", &ember::feel)};

struct spark {
    struct blown {
        int by = 0;
        std::string with;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(blown, by, with)
    };
    int heat = 0;
    emits<blown> blow() const { return blown{1, std::string(30, 'o')}; }
    void die(entity_context& ctx) const { ctx.delete_state(); }
    int feel() const { return heat; }
    void apply(const blown& e) { heat += e.by; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(spark, heat)
};
inline constexpr auto sparks =
    sourced_entity{"sim.spark", event_names<spark::blown>{"blown"}, op("blow", &spark::blow),
                   op("die", &spark::die), op("feel", &spark::feel)}
        .snapshot_every(2);

inline constexpr orchestration<int(int)> phoenix{"sim.phoenix"};

/// What both are after several lives.
task<int> run_phoenix(orchestration_context& ctx, int lives) {
    const auto first = embers[ctx.instance()];
    const auto second = sparks[ctx.instance()];
    for (int life = 1; life <= lives; ++life) {
        for (int i = 0; i < life; ++i) {
            ctx.signal(first, &ember::blow);
            ctx.signal(second, &spark::blow);
        }
        if (life % 2 == 0)
            co_await ctx.call(second, &spark::feel);
        if (life == lives)
            continue;
        ctx.signal(first, &ember::die);
        ctx.signal(second, &spark::die);
    }
    const int warm = co_await ctx.call(first, &ember::feel);
    const int hot = co_await ctx.call(second, &spark::feel);
    co_return warm * 100 + hot;
}

struct guest {
    std::string name;
    bool is_for_later = false;
    bool is_ushered = false;
    int last = 0;
    int sent = 0;
    bool is_pending = false;
    std::set<int> acknowledged;
};

class books_workload final : public workload {
  public:
    explicit books_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 2 + size / 2; ++i) {
            guest made;
            made.is_for_later = i % 3 != 0;
            made.is_ushered = i == 1; // all of them are "visit" to the book
            made.name = made.is_ushered ? "visit" : "guest-" + std::to_string(i);
            made.last = static_cast<int>(size * 3);
            guests_.push_back(made);
            const std::string id = "phoenix-" + std::to_string(i);
            const int lives = static_cast<int>(1 + i % 4);
            book_.expect(id, phoenix, lives * 101, lives);
        }
    }

    void install(registry& functions) override {
        functions.add(books).add(ushers).add(embers).add(sparks);
        functions.add(visit, run_visit).add(phoenix, run_phoenix);
    }

    void act(session& on) override {
        book_.act(on);
        guest& chosen = guests_[on.below(guests_.size())];
        if (chosen.is_pending || chosen.sent == chosen.last)
            return;
        const int number = ++chosen.sent;
        chosen.is_pending = true;
        on.attempt(
            "appointment " + std::to_string(number) + " of " + chosen.name,
            [&] { return make(on, chosen, number); },
            [&chosen, number](answer came) {
                chosen.is_pending = false;
                if (came == answer::refused)
                    throw violation("an appointment of " + chosen.name + " was refused");
                if (came == answer::acknowledged && !is_refused(number))
                    chosen.acknowledged.insert(number);
            });
    }

    bool is_through() const override {
        return book_.is_through() &&
               std::all_of(guests_.begin(), guests_.end(), [](const guest& each) {
                   return each.sent == each.last && !each.is_pending;
               });
    }

    void check(session& on) override {
        book_.check(on);
        const book now = read(on);
        for (const guest& each : guests_)
            if (!each.is_for_later)
                require_all(each, now);
    }

    void check_end(session& on) override {
        book_.check_end(on);
        const book now = read(on);
        for (const guest& each : guests_)
            require_all(each, now);
        if (on.client().read(books["lost"]))
            throw violation("an operation that threw has sent a signal");
        check_listing(on, now);
    }

  private:
    static std::future<void> make(session& on, const guest& chosen, int number) {
        client& clients = on.client();
        if (chosen.is_ushered)
            return clients.signal_async(ushers["u"], &usher::admit, "b", number);
        if (!chosen.is_for_later)
            return clients.signal_async(books["b"], &book::enter, chosen.name, number,
                                        std::int64_t{0});
        constexpr milliseconds delays[] = {0ms, -1h, 1s, 90s, 90s, 5h, 24h * 20};
        const timestamp due = clients.now() + delays[on.below(std::size(delays))];
        return clients.signal_at_async(due, books["b"], &book::enter, chosen.name, number,
                                       std::int64_t{due.time_since_epoch().count()});
    }

    static book read(session& on) {
        const book now = on.client().read(books["b"]).value_or(book{});
        if (now.doubled != 0)
            throw violation("an appointment came twice");
        if (now.early != 0)
            throw violation("an appointment came early");
        return now;
    }

    static void require_all(const guest& from, const book& now) {
        const auto found = now.seen.find(from.name);
        const std::set<int> seen = found == now.seen.end() ? std::set<int>{} : found->second;
        if (!std::includes(seen.begin(), seen.end(), from.acknowledged.begin(),
                           from.acknowledged.end()))
            throw violation("an appointment of " + from.name + " was acknowledged and is lost");
        if (!seen.empty() && *seen.rbegin() > from.sent)
            throw violation("an appointment of " + from.name + " came that nobody made");
        if (std::any_of(seen.begin(), seen.end(), is_refused))
            throw violation("an operation that threw has left an event");
    }

    /// Page by page, one sees what is there.
    static void check_listing(session& on, const book& now) {
        entity_query wanted;
        wanted.name_prefix = "sim.BOOK";
        wanted.with_state = true;
        wanted.page_size = 1;
        std::size_t count = 0;
        do {
            entity_page page = on.client().entities(wanted);
            for (const entity_entry& each : page.entities)
                if (++count; *each.state != codec<book>::encode(now))
                    throw violation("a listed state is not the one that is read");
            wanted.token = std::move(page.token);
        } while (!wanted.token.empty());
        if (count != (now.seen.empty() ? 0 : 1))
            throw violation("a listing left out an entity, or found one too many");
    }

    std::vector<guest> guests_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_books(std::uint64_t size) {
    return std::make_unique<books_workload>(size);
}

} // namespace perdure::sim
