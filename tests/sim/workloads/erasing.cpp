// SPDX-License-Identifier: Apache-2.0
// The whole pipeline of `erase` on a small picture: the pixels must be those of an undisturbed run.
#include "activities/erase_activities.hpp"
#include "base/hash.hpp"
#include "orchestrations/erase_object.hpp"
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"
#include "tests/orchestrations/erase_pictures.hpp"

namespace perdure::sim {
namespace {

/// Made once; all simulations read it.
struct undisturbed_run {
    erasing::tests::small_case files{erasing::tests::small_case::hole::small};
    std::string photo = base::content_hash(inpaint::read_file(files.photo_path)).hex();
    std::string markup = base::content_hash(inpaint::read_file(files.markup_path)).hex();
    inpaint::colours filled = inpaint::fill_hole(files.photo, files.markup).pixels;

    static const undisturbed_run& get() {
        static const undisturbed_run run;
        return run;
    }
};

class erasing_workload final : public workload {
  public:
    explicit erasing_workload(std::uint64_t size) {
        const auto& wanted = undisturbed_run::get();
        erasing::erase_job job;
        job.photo = wanted.photo;
        job.markup = wanted.markup;
        job.slices_max = static_cast<int>(1 + size % 3);
        job.sliced_targets_min = 0;
        book_.expect(
            "erase",
            [job](client& clients, start_options named) {
                return clients.start_async(std::move(named), erasing::erase_object, job);
            },
            [this](const instance_status& seen) {
                if (seen.status != runtime_status::completed)
                    throw violation("did not erase the object");
                result_ = codec<erasing::erased_picture>::decode(seen.output).colours;
            });
    }

    void install(registry& functions) override {
        const auto& wanted = undisturbed_run::get();
        erasing::add_erase_orchestrations(functions);
        erasing::add_erase_activities(
            functions,
            {{wanted.photo, wanted.files.photo_path}, {wanted.markup, wanted.files.markup_path}},
            1);
    }
    void act(session& on) override { book_.act(on); }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override {
        book_.check_end(on);
        std::vector<inpaint::colours> parts;
        for (const blob& each : result_)
            parts.push_back(inpaint::colours::decode(*on.client().get(each)));
        if (inpaint::colours::join(parts) != undisturbed_run::get().filled)
            throw violation("the erased picture differs from that of an undisturbed run");
    }

  private:
    erasing::slices result_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_erasing(std::uint64_t size) {
    return std::make_unique<erasing_workload>(size);
}

} // namespace perdure::sim
