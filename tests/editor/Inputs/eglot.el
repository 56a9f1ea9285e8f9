;; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;; Drives eglot as a person would: waits for the finding, takes the quick fix,
;; waits until the finding is gone, saves the file. Prints what it saw.
(require 'eglot)
(setq eglot-connect-timeout 120
      eglot-sync-connect t)

(defun ours ()
  (seq-filter (lambda (d) (string-match-p "\\[?cancel-" (flymake-diagnostic-text d)))
              (flymake-diagnostics)))

(defun expect (count when)
  (let ((end (+ (float-time) 120)))
    (while (/= (length (ours)) count)
      (when (> (float-time) end)
        (message "FAILED %d findings %s, wanted %d: %s" (length (ours)) when count
                 (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
        (kill-emacs 1))
      (accept-process-output nil 0.1))))

(find-file "call.cpp")
(run-hooks 'post-command-hook) ; batch mode has no command loop
(flymake-start)
(expect 1 "after opening")
(let ((finding (car (ours))))
  (goto-char (flymake-diagnostic-beg finding))
  (message "line %d: %s" (line-number-at-pos) (flymake-diagnostic-text finding)))
(eglot-code-actions (point) nil "quickfix" t)
(save-buffer) ; which sends the edit, too: batch mode is never idle
(expect 0 "after the fix")
(eglot-shutdown (eglot-current-server))
