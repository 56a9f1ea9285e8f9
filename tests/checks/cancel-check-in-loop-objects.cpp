// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What calls on small objects, and on objects made in the round, come to.
// RUN: %check %s cancel-check-in-loop -- -std=c++20 -I%S/Inputs/std
#include <map>
#include <stop_token>
#include <string>
#include <vector>

// --- named constructors ---------------------------------------------------------

struct TileKey {
  static TileKey fromRowColumnLevel(unsigned row, unsigned column, unsigned level);
  static TileKey fromServer(const std::string &name);
  static TileKey loadLevel(unsigned level);
  bool isValid() const;
  bool operator<(const TileKey &other) const;
  unsigned row, column, level;
};

int no_warning_named_constructor(const std::vector<unsigned> &rows, std::stop_token stop) {
  std::map<TileKey, unsigned> out;
  for (unsigned row : rows)
    out[TileKey::fromRowColumnLevel(row, 2, 3)] = row;
  return stop.stop_requested() ? 0 : int(out.size());
}
int warns_not_of_numbers(const std::vector<std::string> &names, std::stop_token stop) {
  std::map<TileKey, unsigned> out;
  for (const std::string &name : names) // expected-warning {{'fromServer' may run long in each round}}
    out[TileKey::fromServer(name)] = 1;
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : int(out.size());
}
int warns_loads(const std::vector<unsigned> &levels, std::stop_token stop) {
  std::map<TileKey, unsigned> out;
  for (unsigned level : levels) // expected-warning {{'loadLevel' may run long in each round}}
    out[TileKey::loadLevel(level)] = 1;
  // CHECK-FIXES: for (unsigned level : levels) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : int(out.size());
}

// --- walks over things in memory ------------------------------------------------

class PairWalk {
public:
  bool More() const;
  void Next();
  int value() const;
};
class Cursor {
public:
  bool Valid() const;
  void Next();
  int value() const;
};
int no_warning_walk(PairWalk *walk, std::stop_token stop) {
  int sum = 0;
  for (; walk->More(); walk->Next())
    sum += walk->value();
  return stop.stop_requested() ? 0 : sum;
}
int warns_cursor(Cursor *cursor, std::stop_token stop) {
  int sum = 0;
  for (; cursor->Valid(); cursor->Next()) // expected-warning {{'Next' may run long in each round}}
    sum += cursor->value();
  // CHECK-FIXES: for (; cursor->Valid(); cursor->Next()) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : sum;
}

// --- algorithms that are objects ------------------------------------------------

struct Face {};
class Intersector {
public:
  Intersector();
  void perform(const Face &a, const Face &b);
  bool isDone() const;
};
class Converter {
public:
  explicit Converter(const Face &face);
  bool convert();
  int result() const;
};
class Text {
public:
  Text &addLine(const char *line);
  void processEscapes();
  std::string build() const;
};
int warns_algorithm(const std::vector<Face> &faces, std::stop_token stop) {
  int count = 0;
  for (const Face &face : faces) { // expected-warning {{'perform' may run long in each round}}
    Intersector both;
    both.perform(face, faces.front());
    count += both.isDone();
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  return stop.stop_requested() ? 0 : count;
}
int warns_converter(const std::vector<Face> &faces, std::stop_token stop) {
  int count = 0;
  for (const Face &face : faces) { // expected-warning {{'convert' may run long in each round}}
    Converter converter(face);
    if (converter.convert())
      count += converter.result();
  }
  // CHECK-FIXES: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  return stop.stop_requested() ? 0 : count;
}
std::string no_warning_builder(const std::vector<std::string> &lines, std::stop_token stop) {
  std::string all;
  for (const std::string &line : lines) {
    Text text;
    text.addLine(line.c_str());
    text.processEscapes();
    all += text.build();
  }
  return stop.stop_requested() ? std::string() : all;
}

// --- texts, and what is told ------------------------------------------------------

long parseVersion(const std::string &text);
long importFile(const std::string &path);
std::string escape(const std::string &text);
std::string fileContents(const std::string &path);
class Listener {
public:
  virtual ~Listener();
  virtual void itemAdded(int item) = 0;
  virtual void addAll(int item) = 0;
};
class Statement {
public:
  void bind(int place, const std::string &value);
};
long no_warning_texts(const std::vector<std::string> &texts, Listener &listener, Statement &statement, std::stop_token stop) {
  long sum = 0;
  std::string all;
  for (const std::string &text : texts) {
    sum += parseVersion(text);
    all += escape(text);
    listener.itemAdded(1);
    statement.bind(1, text);
  }
  return stop.stop_requested() ? 0 : sum;
}
long warns_import(const std::vector<std::string> &texts, std::stop_token stop) {
  long sum = 0;
  for (const std::string &text : texts) // expected-warning {{'importFile' may run long in each round}}
    sum += importFile(text);
  // CHECK-FIXES: for (const std::string &text : texts) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : sum;
}
std::string warns_contents(const std::vector<std::string> &texts, std::stop_token stop) {
  std::string all;
  for (const std::string &text : texts) // expected-warning {{'fileContents' may run long in each round}}
    all += fileContents(text);
  // CHECK-FIXES: for (const std::string &text : texts) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? std::string() : all;
}

// --- conversions ------------------------------------------------------------------

struct Field {};
struct Json {};
Json fieldToJson(const Field &field);
Json all_fields_to_json(const Field &field);
void fieldToText(const Field &field);
struct Tile {
  static Tile fromTile(int zoom, const Tile &other);
  static Tile fromFile(const std::string &path);
};
int no_warning_conversions(const std::vector<Field> &fields, Tile tile, std::stop_token stop) {
  int n = 0;
  for (const Field &field : fields) {
    (void)fieldToJson(field);
    tile = Tile::fromTile(n++, tile);
  }
  return stop.stop_requested() ? 0 : n;
}
int warns_all(const std::vector<Field> &fields, std::stop_token stop) {
  int n = 0;
  for (const Field &field : fields) // expected-warning {{'all_fields_to_json' may run long in each round}}
    (void)all_fields_to_json(field);
  // CHECK-FIXES: for (const Field &field : fields) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : n;
}
int warns_gives_nothing(const std::vector<Field> &fields, std::stop_token stop) {
  int n = 0;
  for (const Field &field : fields) // expected-warning {{'fieldToText' may run long in each round}}
    fieldToText(field);
  // CHECK-FIXES: for (const Field &field : fields) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? 0 : n;
}
Tile warns_from_file(const std::vector<std::string> &files, Tile tile, std::stop_token stop) {
  for (const std::string &file : files) // expected-warning {{'fromFile' may run long in each round}}
    tile = Tile::fromFile(file);
  // CHECK-FIXES: for (const std::string &file : files) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  return stop.stop_requested() ? Tile() : tile;
}

// --- futures that are collected ------------------------------------------------------

template <class T> class Future {
public:
  T get();
};
Future<int> fetch(int item);
void no_warning_collected(const std::vector<int> &items, std::vector<Future<int>> &all, std::stop_token stop) {
  for (int item : items)
    all.push_back(fetch(item));
  if (stop.stop_requested())
    all.clear();
}
void warns_gets(const std::vector<int> &items, std::vector<int> &all, std::stop_token stop) {
  for (int item : items) // expected-warning {{'fetch' may run long in each round}}
    all.push_back(fetch(item).get());
  // CHECK-FIXES: for (int item : items) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: break;
  // CHECK-FIXES: }
  if (stop.stop_requested())
    all.clear();
}
// A value of a text, what there is one of, and where something is.
class Location {
public:
  static Location fromString(const std::string &text);
  static Location fromFile(const std::string &path);
  bool isEmpty() const;
};
struct Workspace {
  static Workspace *current();
  static Workspace *waitForCurrent();
};
class Document;
int positionInText(const Document *document, int line, int column);
int position(Document *document, int line);
void no_warning_values(const std::vector<std::string> &names, const Document *document, std::stop_token stop) {
  int known = 0;
  for (const std::string &name : names)
    known += Location::fromString(name).isEmpty() ? 0 : 1;
  for (const std::string &name : names)
    known += Workspace::current() && !name.empty() ? 1 : 0;
  for (const std::string &name : names)
    known += positionInText(document, known, int(name.size()));
  if (stop.stop_requested())
    return;
}
void warns_work(const std::vector<std::string> &names, Document *document, std::stop_token stop) {
  int known = 0;
  for (const std::string &name : names) // expected-warning {{'fromFile' may run long}}
    known += Location::fromFile(name).isEmpty() ? 0 : 1;
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  for (const std::string &name : names) // expected-warning {{'waitForCurrent' may run long}}
    known += Workspace::waitForCurrent() && !name.empty() ? 1 : 0;
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  for (const std::string &name : names) // expected-warning {{'position' may run long}}
    known += position(document, int(name.size()));
  // CHECK-FIXES: for (const std::string &name : names) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
  if (stop.stop_requested())
    return;
}

// --- values that came out of a call with the token ------------------------------

struct Entry {
  int id;
  std::string name;
};
class EntryCursor {
public:
  bool next(Entry &entry);
};
std::vector<Entry> list_entries(std::stop_token stop);
EntryCursor open_cursor(std::stop_token stop);
bool store(const Entry &entry);

void warns_plain_list(std::stop_token stop) {
  for (const Entry &entry : list_entries(stop)) // expected-warning {{loop never looks at 'stop'}}
    store(entry);
  // CHECK-FIXES: for (const Entry &entry : list_entries(stop)) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
void warns_plain_variable(std::stop_token stop) {
  const auto entries = list_entries(stop);
  for (std::size_t i = 0; i < entries.size(); ++i) // expected-warning {{loop never looks at 'stop'}}
    store(entries[i]);
  // CHECK-FIXES: for (std::size_t i = 0; i < entries.size(); ++i) {
  // CHECK-FIXES-NEXT: if (stop.stop_requested())
  // CHECK-FIXES-NEXT: return;
  // CHECK-FIXES: }
}
// An object may hold the token.
void no_warning_cursor(std::stop_token stop) {
  EntryCursor cursor = open_cursor(stop);
  Entry entry;
  while (cursor.next(entry))
    store(entry);
}
void no_warning_given_to_lambda(std::stop_token stop) {
  auto cursor = open_cursor(stop);
  [](EntryCursor from) {
    Entry entry;
    while (from.next(entry))
      store(entry);
  }(cursor);
}
