#include "markup.h"

namespace teacher {

void Markup::Open(int byte) {
  if (open_ == kDepth) {
    for (unsigned i = 1; i < kDepth; ++i) {
      brackets_[i - 1] = brackets_[i];
      firstWords_[i - 1] = firstWords_[i];
    }
    --open_;
  }
  brackets_[static_cast<unsigned>(open_)] = static_cast<uint8_t>(byte);
  firstWords_[static_cast<unsigned>(open_++)] = 0;
  sinceBracket_ = 0;
  wantsWord_ = true;
}

void Markup::Close() {
  if (open_ > 0) --open_;
  sinceBracket_ = 0;
  wantsWord_ = false;
}

// Elements are opened by <name and closed by </name or />, with &lt; and &gt; as inside of a wiki's dump.
void Markup::TrackElements(const TextState& text, int byte) {
  const bool opens = byte == '<' || (text.Low(4) == 0x266C743B);   // &lt;
  const bool closes = byte == '>' || (text.Low(4) == 0x2667743B);  // &gt;
  if (opens) {
    naming_ = true;
    closing_ = false;
    name_ = 0;
  } else if (naming_ && name_ == 0 && byte == '/') {
    closing_ = true;
  } else if (naming_ && (IsLetter(byte) || IsDigit(byte))) {
    name_ = Combine(name_, static_cast<uint64_t>(byte));
  } else if (naming_) {
    naming_ = false;
    if (closing_) {
      if (elements_ > 0) --elements_;
    } else if (name_ != 0) {
      if (elements_ == kDepth) {
        for (unsigned i = 1; i < kDepth; ++i) names_[i - 1] = names_[i];
        --elements_;
      }
      names_[static_cast<unsigned>(elements_++)] = name_;
    }
  }
  if (closes && text.Last(2) == '/' && elements_ > 0) --elements_;
}

void Markup::Update(const TextState& text, int lineBeginning) {
  const int byte = text.Last(1), before = text.Last(2);
  TrackElements(text, byte);
  ++sinceBracket_;
  if (byte == '(' || byte == '[' || byte == '{' || byte == '"') {
    if (byte == '"' && open_ > 0 && brackets_[static_cast<unsigned>(open_ - 1)] == '"') {
      Close();
    } else {
      Open(byte);
    }
  } else if (byte == ')' || byte == ']' || byte == '}') {
    Close();
  } else if (wantsWord_ && open_ > 0 && !IsLetter(byte) && text.Before(1)) {
    if (sinceBracket_ > 1) {
      firstWords_[static_cast<unsigned>(open_ - 1)] = text.Before(1);
      wantsWord_ = false;
    }
  }
  if (byte == '\n') {
    links_ = 0;
    tag_ = false;
    if (before == '\n') open_ = 0;  // no bracket lasts longer than a paragraph
  }
  if (byte == '[') links_ = before == '[' ? 2 : 1;
  if (byte == ']') links_ = 0;
  if (byte == '|' && links_ == 2) links_ = 3;
  if (byte == '{' && before == '{') templates_ = 1;
  if (byte == '}' && before == '}') templates_ = 0;
  if (byte == '<' || byte == '&') tag_ = true;
  if (byte == '>' || byte == ';') tag_ = false;
  state_ = tag_ ? 12 + lineBeginning : links_ ? 8 + links_ : templates_ ? 4 + lineBeginning : lineBeginning;
}

void Markup::Hash(const TextState& text, HashSink& sink) const {
  const uint64_t element = elements_ > 0 ? names_[static_cast<unsigned>(elements_ - 1)] : 0;
  const uint64_t outer = elements_ > 1 ? names_[static_cast<unsigned>(elements_ - 2)] : 0;
  const uint64_t bracket = open_ > 0 ? brackets_[static_cast<unsigned>(open_ - 1)] : 0;
  const uint64_t first = open_ > 0 ? firstWords_[static_cast<unsigned>(open_ - 1)] : 0;
  const auto since = static_cast<uint64_t>(sinceBracket_ < 63 ? sinceBracket_ : 63);
  sink.Put(Combine(element, outer), text.Low(2));
  sink.Put(Combine(first, bracket), Combine(text.WordOrGap(), static_cast<uint64_t>(state_)));
  sink.Put(bracket << 8 | since, text.Low(1));
}

}  // namespace teacher
