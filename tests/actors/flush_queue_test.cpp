#include "actors/flush_queue.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>

using namespace thunderpush;

namespace {

// Flushing writes its name.
class writer final : public flushable {
public:
  writer(char name, std::string& output) : name_(name), output_(output) {}

  void flush() override {
    output_ += name_;
    if (then)
      then();
  }

  void still_blocked() override {
    output_ += '!';
    output_ += name_;
    if (then)
      then();
  }

  std::function<void()> then;

private:
  char name_;
  std::string& output_;
};

struct queue_of_writers {
  std::string written;
  flush_queue queue;
  writer a{'a', written};
  writer b{'b', written};
  writer c{'c', written};
};

} // namespace

TEST_SUITE("flush queue") {
  TEST_CASE_FIXTURE(queue_of_writers, "first come, first served") {
    CHECK(queue.empty());
    for (auto* each : {&b, &a, &c})
      queue.mark(*each);
    CHECK_FALSE(queue.empty());
    CHECK_FALSE(queue.flush_slice(10));
    CHECK(written == "bac");
    CHECK(queue.empty());
  }

  TEST_CASE_FIXTURE(queue_of_writers,
                    "who writes for many has a turn in each slice") {
    c.then = [this] { queue.mark_crowd(c); };
    queue.mark_crowd(c);
    CHECK_FALSE(queue.empty());
    CHECK(queue.flush_slice(10));
    queue.mark(a);
    queue.mark(b);
    CHECK(queue.flush_slice(1));
    CHECK(queue.flush_slice(1));
    CHECK(written == "cacbc");
    c.then = nullptr;
    CHECK_FALSE(queue.flush_slice(1));
    CHECK(queue.empty());
  }

  TEST_CASE_FIXTURE(queue_of_writers, "who waits already keeps the place") {
    queue.mark(a);
    queue.mark(b);
    queue.mark(a);
    CHECK_FALSE(queue.flush_slice(10));
    CHECK(written == "ab");
  }

  TEST_CASE_FIXTURE(queue_of_writers, "a slice ends at its limit") {
    for (auto* each : {&a, &b, &c})
      queue.mark(*each);
    CHECK(queue.flush_slice(2));
    CHECK(written == "ab");
    CHECK_FALSE(queue.flush_slice(2));
    CHECK(written == "abc");
  }

  TEST_CASE_FIXTURE(queue_of_writers,
                    "who has more to write stands at the end") {
    a.then = [this] { queue.mark(a); };
    queue.mark(a);
    queue.mark(b);
    CHECK(queue.flush_slice(3));
    CHECK(written == "aba");
    a.then = nullptr;
    CHECK_FALSE(queue.flush_slice(3));
    CHECK(written == "abaa");
  }

  TEST_CASE_FIXTURE(queue_of_writers, "who is blocked is left alone") {
    queue.mark(a);
    queue.block(a);
    queue.mark(a);
    CHECK(queue.empty());
    CHECK_FALSE(queue.flush_slice(10));
    CHECK(written.empty());
    queue.unblock(a);
    queue.mark(a);
    queue.flush_slice(10);
    CHECK(written == "a");
  }

  TEST_CASE_FIXTURE(queue_of_writers, "the blocked are looked at") {
    queue.block(a);
    queue.block(b);
    queue.mark(c);
    queue.inspect_blocked();
    CHECK(written == "!a!b");
    // They may leave the list within the call.
    a.then = [this] { a.unlink(); };
    b.then = [this] { queue.unblock(b); };
    queue.inspect_blocked();
    queue.inspect_blocked();
    CHECK(written == "!a!b!a!b");
  }

  TEST_CASE_FIXTURE(queue_of_writers, "who is destroyed is not flushed") {
    {
      writer brief{'x', written};
      writer stuck{'y', written};
      queue.mark(brief);
      queue.block(stuck);
      queue.mark(a);
    }
    queue.inspect_blocked();
    queue.flush_slice(10);
    CHECK(written == "a");
  }
}
