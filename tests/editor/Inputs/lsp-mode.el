;; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;; Drives lsp-mode as a person would: waits for the finding, takes the quick fix,
;; waits until the finding is gone, saves the file. Prints what it saw.
(require 'lsp-mode)
(require 'lsp-diagnostics)
(setq lsp-response-timeout 120
      lsp-restart 'ignore
      lsp-auto-execute-action t)
(lsp-workspace-folders-add default-directory) ; else it asks

(defun ours ()
  (seq-filter (lambda (d) (string-prefix-p "cancel-" (format "%s" (gethash "code" d ""))))
              (gethash (lsp--fix-path-casing (buffer-file-name)) (lsp-diagnostics t))))

(defun expect (count when)
  (let ((end (+ (float-time) 120)))
    (while (/= (length (ours)) count)
      (when (> (float-time) end)
        (message "FAILED %d findings %s, wanted %d" (length (ours)) when count)
        (kill-emacs 1))
      (accept-process-output nil 0.1))))

(find-file "call.cpp")
(lsp) ; the hook waits until the buffer is seen, and batch mode shows none
(expect 1 "after opening")
(let* ((finding (car (ours)))
       (start (gethash "start" (gethash "range" finding))))
  (goto-char (lsp--position-to-point start))
  (message "line %d: %s" (1+ (gethash "line" start)) (gethash "message" finding)))
(lsp-execute-code-action-by-kind "quickfix")
(save-buffer)
(expect 0 "after the fix")
