// Markup: open XML elements, links and templates of wiki text, brackets.
#pragma once

#include <array>

#include "../hashing.h"
#include "../text_state.h"

namespace teacher {

class Markup {
 public:
  static constexpr int kCount = 3;
  void Update(const TextState& text, int lineBeginning);
  void Hash(const TextState& text, HashSink& sink) const;

  int State() const { return state_; }  // 0 ... 15: where in wiki or XML markup

 private:
  static constexpr int kDepth = 16;

  void Open(int byte);
  void Close();
  void TrackElements(const TextState& text, int byte);

  std::array<uint64_t, kDepth> names_{};    // of open elements
  std::array<uint8_t, kDepth> brackets_{};  // open ones
  std::array<uint64_t, kDepth> firstWords_{};
  uint64_t name_ = 0;
  int elements_ = 0, open_ = 0, sinceBracket_ = 0;
  int links_ = 0, templates_ = 0, state_ = 0;
  bool tag_ = false, closing_ = false, naming_ = false, wantsWord_ = false;
};

}  // namespace teacher
