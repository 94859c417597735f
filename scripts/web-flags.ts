// The web process's command line: --port, --host, --warm, --dev, --labs-unavailable. Parsed by scripts/web.ts.
import { parseArgs } from 'node:util'
import { LabError } from '../labs/spec/errors.ts'

/** As PODWIRE_WARM. */
const maxWarm = 50

export interface WebFlags {
  /** 0 asks the system for a free one */
  port: number
  host: string
  dev: boolean
  /** how many clusters to keep ready; undefined: as PODWIRE_WARM says */
  warm: number | undefined
  /** why no lab can start here, in a sentence that `npm start` found; undefined where they can */
  labsUnavailable: string | undefined
}

/** Throws LabError `bad-request` naming the flag and what it takes. */
export function parseWebFlags(argv: string[]): WebFlags {
  let values: { port?: string; host?: string; warm?: string; dev?: boolean; 'labs-unavailable'?: string }
  try {
    values = parseArgs({
      args: argv,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        warm: { type: 'string' },
        dev: { type: 'boolean' },
        'labs-unavailable': { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new LabError('bad-request', error instanceof Error ? error.message : String(error), {
      hint: 'The flags are --port <number>, --host <address>, --warm <number>, --dev.',
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
  const warm = values.warm === undefined ? undefined : Number(values.warm)
  if (warm !== undefined && (!/^\d+$/.test(values.warm ?? '') || warm > maxWarm))
    throw new LabError('bad-request', `--warm ${values.warm} is not a number of clusters`, {
      hint: `It takes a whole number from 0 to ${maxWarm}: so many clusters are kept ready.`,
    })
  return {
    port,
    host: values.host ?? '127.0.0.1',
    warm,
    dev: values.dev ?? false,
    labsUnavailable: values['labs-unavailable'] || undefined,
  }
}
