// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QGIS hands a feedback around as a pointer, which may be null.
#ifndef QGIS_H
#define QGIS_H

#include <string>

class QObject {
public:
  virtual ~QObject();
  bool setProperty(const char *name, int value);
  template <class Sender, class Signal, class Slot>
  static int connect(const Sender *sender, Signal signal, Slot slot);
  template <class Sender, class Signal, class Receiver, class Slot>
  static int connect(const Sender *sender, Signal signal,
                     const Receiver *receiver, Slot slot);
};

class QgsFeedback : public QObject {
public:
  explicit QgsFeedback(QObject *parent = nullptr);
  bool isCanceled() const noexcept;
  double progress() const;
  void setProgress(double progress);

  void cancel(); // a slot
  void canceled(); // a signal
};

class QgsProcessingFeedback : public QgsFeedback {
public:
  QgsProcessingFeedback(bool logFeedback = true);
  virtual void pushInfo(const std::string &info);
};

// Linked to the feedback that it is made of.
class QgsProcessingMultiStepFeedback : public QgsProcessingFeedback {
public:
  QgsProcessingMultiStepFeedback(int steps, QgsProcessingFeedback *feedback);
  void setCurrentStep(int step);
};

struct QgsFeature {};
struct QgsRectangle {
  double left, right;
};
class QgsFeatureRequest {
public:
  QgsFeatureRequest();
  explicit QgsFeatureRequest(const QgsRectangle &extent);
  QgsFeatureRequest &setFeedback(QgsFeedback *feedback);
  QgsFeatureRequest &setLimit(long limit);
  QgsFeatureRequest &setInterruption(QObject *from);
  QgsFeedback *feedback() const;
};
class QgsFeatureIterator {
public:
  bool nextFeature(QgsFeature &feature);
};
class QgsAbstractLayoutIterator {
public:
  virtual bool next();
};
class QgsOgrLayer {
public:
  void *GetNextFeature();
};
class QgsVectorLayer {
public:
  QgsFeatureIterator getFeatures(const QgsFeatureRequest &request) const;
  bool addFeatures(int count, int flags = 0, QgsFeedback *feedback = nullptr);
};

namespace QgsGeometryCheck {
bool check(int item);
bool check(int item, QgsFeedback *feedback);
} // namespace QgsGeometryCheck

#endif
