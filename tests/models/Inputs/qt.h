// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Qt: promises that know whether their future was cancelled, and threads that
// know whether they were asked to stop.
#ifndef QT_H
#define QT_H

class QObject {
public:
  virtual ~QObject();
};

class QFutureInterfaceBase {
public:
  virtual ~QFutureInterfaceBase();
  bool isCanceled() const;
  void cancel();
  void reportFinished();
};
template <typename T> class QFutureInterface : public QFutureInterfaceBase {
public:
  void reportResult(const T &result);
};

template <typename T> class QFuture {
public:
  void cancel();
  bool isCanceled() const;
  void waitForFinished();
};

template <typename T> class QPromise {
public:
  QPromise();
  QPromise(QPromise &&other) noexcept;
  QFuture<T> future() const;
  bool isCanceled() const;
  void setProgressValue(int value);
  bool addResult(const T &result);
  void start();
  void finish();
  void suspendIfRequested();
};

class QThread : public QObject {
public:
  static QThread *currentThread();
  bool isInterruptionRequested() const;
  void requestInterruption();
  static void sleep(unsigned long seconds);
  static void msleep(unsigned long milliseconds);
  bool wait();
  void start();

protected:
  virtual void run();
};

namespace QtConcurrent {
template <typename Function> QFuture<int> run(Function &&) { return {}; }
} // namespace QtConcurrent

#endif
