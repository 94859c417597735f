// The one error of Podwire. Thrown by every room; printed and translated only by the gateway, the CLI and scripts.

/** Every code a LabError may carry. Add one when a caller has to tell two failures apart. */
export const errorCodes = [
  'bad-request', // malformed message, flag, environment variable
  'scenario-invalid', // a scenario or lesson file does not validate; message names file, line and column
  'scenario-unknown',
  'runtime-unavailable', // this machine cannot run the runtime; hint says what to do
  'sandbox-failed', // the sandbox did not come up or died
  'command-failed', // a command exited non-zero; cause carries argv, exitCode, stderr
  'cluster-failed', // the control plane did not converge
  'lab-unknown',
  'lab-state', // the request does not fit the lab's state
  'lab-busy',
  'lab-limit', // too many labs, memory limit reached
  'build-mismatch', // lab process of another build: it can only be stopped
  'target-unknown',
  'terminal-unknown',
  'timeout',
  'connection-lost',
  'forbidden',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** An error with a code callers may test, a sentence a person can read and, where there is one, the mend. */
export class LabError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'LabError'
    this.code = code
    this.hint = options.hint
  }
}

/** What of a LabError crosses a process border. */
export interface ErrorBody {
  code: ErrorCode
  message: string
  hint?: string
}

/** The error as a message body; anything that is not a LabError becomes `internal`. */
export function toErrorBody(error: unknown): ErrorBody {
  if (error instanceof LabError) {
    return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
