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
  bool addResult(const T &) { return !isCanceled(); }
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
  bool wait(unsigned long time);
  void start();

protected:
  virtual void run();
};

class QDeadlineTimer {
public:
  enum ForeverConstant { Forever };
  QDeadlineTimer(ForeverConstant);
  explicit QDeadlineTimer(long long msecs);
};
class QMutex {};
class QWaitCondition {
public:
  void wakeAll();
  bool wait(QMutex *mutex, QDeadlineTimer deadline = QDeadlineTimer(QDeadlineTimer::Forever));
  bool wait(QMutex *mutex, unsigned long time);
};
class QIODevice : public QObject {
public:
  virtual bool waitForReadyRead(int msecs);
};
class QProcess : public QIODevice {
public:
  bool waitForFinished(int msecs = 30000);
};
class QThreadPool : public QObject {
public:
  bool waitForDone(int msecs = -1);
};
class QEventLoop : public QObject {
public:
  int exec();
};

class QFutureWatcherBase : public QObject {
public:
  void cancel();
  void waitForFinished();
};
template <typename T> class QFutureWatcher : public QFutureWatcherBase {
public:
  void setFuture(const QFuture<T> &future);
};

namespace QtConcurrent {
template <typename Function> QFuture<int> run(Function &&) { return {}; }
} // namespace QtConcurrent

#endif
