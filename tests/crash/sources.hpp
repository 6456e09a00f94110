// SPDX-License-Identifier: Apache-2.0
// Two ways to see what a hub holds: through its client, and on disk while nobody has it open.
#pragma once

#include "crash/accounts.hpp"
#include "store/store.hpp"

#include <perdure/client.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace perdure::crash {

class source {
  public:
    virtual ~source() = default;
    virtual std::optional<instance_status> status(const std::string& instance) = 0;
    /// Empty if there is no such instance.
    virtual std::vector<history_entry> history(const std::string& instance) = 0;
    virtual std::optional<purse> read_purse(const std::string& key) = 0;
    virtual std::optional<listener> read_listener(const std::string& key) = 0;
    virtual std::optional<ledger> read_ledger(const std::string& key) = 0;
};

class client_source final : public source {
  public:
    explicit client_source(client& asked) : client_(&asked) {}

    std::optional<instance_status> status(const std::string& instance) override;
    std::vector<history_entry> history(const std::string& instance) override;
    std::optional<purse> read_purse(const std::string& key) override;
    std::optional<listener> read_listener(const std::string& key) override;
    std::optional<ledger> read_ledger(const std::string& key) override;

  private:
    client* client_;
};

/// Reads the database without writing to it, so that the next opener finds what a kill left.
class disk_source final : public source {
  public:
    /// Throws error (storage) if the database can't be opened.
    explicit disk_source(const std::filesystem::path& hub);

    std::optional<instance_status> status(const std::string& instance) override;
    std::vector<history_entry> history(const std::string& instance) override;
    std::optional<purse> read_purse(const std::string& key) override;
    std::optional<listener> read_listener(const std::string& key) override;
    std::optional<ledger> read_ledger(const std::string& key) override;

  private:
    template <class E>
    std::optional<E> read(const entity_id& of);

    std::unique_ptr<store::store> rows_;
};

} // namespace perdure::crash
