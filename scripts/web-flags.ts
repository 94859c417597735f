// The web process's command line: --port, --host, --dev, --labs-unavailable. Parsed by scripts/web.ts.
import { parseArgs } from 'node:util'
import { LabError } from '../labs/spec/errors.ts'

export interface WebFlags {
  /** 0 asks the system for a free one */
  port: number
  host: string
  dev: boolean
  /** why no lab can start here, in a sentence that `npm start` found; undefined where they can */
  labsUnavailable: string | undefined
}

/** Throws LabError `bad-request` naming the flag and what it takes. */
export function parseWebFlags(argv: string[]): WebFlags {
  let values: { port?: string; host?: string; dev?: boolean; 'labs-unavailable'?: string }
  try {
    values = parseArgs({
      args: argv,
      options: { port: { type: 'string' }, host: { type: 'string' }, dev: { type: 'boolean' }, 'labs-unavailable': { type: 'string' } },
    }).values
  } catch (error) {
    throw new LabError('bad-request', error instanceof Error ? error.message : String(error), {
      hint: 'The flags are --port <number>, --host <address>, --dev.',
    })
  }
  const port = values.port === undefined ? 3000 : Number(values.port)
  if (!/^\d+$/.test(values.port ?? '3000') || port > 65535) {
    throw new LabError('bad-request', `--port ${values.port} is not a port`, {
      hint: 'It takes a whole number from 0 to 65535; 0 takes a free one.',
    })
  }
  if (values.host === '')
    throw new LabError('bad-request', '--host is empty', { hint: 'It takes an address of this machine, such as 127.0.0.1 or 0.0.0.0.' })
  return { port, host: values.host ?? '127.0.0.1', dev: values.dev ?? false, labsUnavailable: values['labs-unavailable'] || undefined }
}
