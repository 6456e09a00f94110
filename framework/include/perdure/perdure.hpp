// SPDX-License-Identifier: Apache-2.0
// All of perdure in one include.
#pragma once

#include <perdure/activity.hpp>
#include <perdure/call_options.hpp>
#include <perdure/client.hpp>
#include <perdure/control.hpp>
#include <perdure/durable.hpp>
#include <perdure/entity.hpp>
#include <perdure/entity_context.hpp>
#include <perdure/entity_query.hpp>
#include <perdure/error.hpp>
#include <perdure/event_sourcing.hpp>
#include <perdure/functions.hpp>
#include <perdure/ids.hpp>
#include <perdure/lock.hpp>
#include <perdure/options.hpp>
#include <perdure/orchestration.hpp>
#include <perdure/payload.hpp>
#include <perdure/query.hpp>
#include <perdure/registry.hpp>
#include <perdure/start_options.hpp>
#include <perdure/status.hpp>
#include <perdure/task.hpp>
#include <perdure/task_hub.hpp>
#include <perdure/transaction.hpp>
