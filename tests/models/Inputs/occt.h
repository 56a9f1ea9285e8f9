// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Open CASCADE: a range of progress may be used once; the scope that uses it
// up hands out ranges of its own. True means: go on.
#ifndef OCCT_H
#define OCCT_H

class Message_ProgressScope;

class Message_ProgressRange {
public:
  Message_ProgressRange();
  Message_ProgressRange(const Message_ProgressRange &other);
  Message_ProgressRange &operator=(const Message_ProgressRange &other);
  ~Message_ProgressRange();
  bool UserBreak() const;
  bool More() const;
  bool IsActive() const;
  void Close();
};

class Message_ProgressScope {
public:
  Message_ProgressScope();
  Message_ProgressScope(const Message_ProgressRange &range, const char *name,
                        double max, bool infinite = false);
  ~Message_ProgressScope();
  bool UserBreak() const;
  bool More() const;
  Message_ProgressRange Next(double step = 1.0);
  void Show();
  double Value() const;
  void Close();
};

class Message_ProgressIndicator {
public:
  virtual ~Message_ProgressIndicator();
  Message_ProgressRange Start();
  void Cancel();
};

class BRepAlgoAPI_Common {
public:
  void Build(const Message_ProgressRange &range = Message_ProgressRange());
};
class Mesh {
public:
  bool Perform(int part);
  bool Perform(int part, const Message_ProgressRange &range);
};

class OSD {
public:
  static void MilliSecSleep(int milliseconds);
};
class OSD_Parallel {
public:
  template <typename Functor>
  static void For(int first, int last, const Functor &functor, bool single = false) {
    (void)first, (void)last, (void)functor, (void)single;
  }
};
class Standard_Mutex {
public:
  void Lock();
  void Unlock();
};
class Precision {
public:
  static double Confusion();
};
class BRep_Tool {
public:
  static const int *Triangulation(int face, double &location);
};

class TopExp_Explorer {
public:
  bool More() const;
  void Next();
};

class Standard_Failure {
public:
  explicit Standard_Failure(const char *what);
};

class Message {
public:
  static void SendWarning(const char *text);
};

#endif
