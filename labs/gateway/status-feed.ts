// Looks at the machine every two seconds while some page shows its status, once for all pages. Used by the gateway.
import { type Sessions, type StatusFacts, statusFor } from '../sessions/sessions.ts'
import type { Locale } from '../spec/scenario.ts'
import type { MachineStatus } from '../spec/status.ts'
import { sayStatus } from './translate.ts'

const everyMs = 2000

export interface StatusFeed {
  /** The status now; `onChange` is called after each change until the returned function is. */
  watch(
    viewer: { learner: string; locale: Locale },
    onChange: (status: MachineStatus) => void,
  ): Promise<{ status: MachineStatus; unwatch: () => void }>
  close(): void
}

interface Watcher {
  learner: string
  locale: Locale
  told: string
  onChange(status: MachineStatus): void
}

export function createStatusFeed(sessions: Pick<Sessions, 'status'>, onError: (error: unknown) => void): StatusFeed {
  const watchers = new Set<Watcher>()
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    for (const locale of new Set([...watchers].map((watcher) => watcher.locale))) {
      const facts = await sessions.status(locale)
      for (const watcher of watchers) if (watcher.locale === locale) tell(watcher, facts)
    }
  }
  function tell(watcher: Watcher, facts: StatusFacts): void {
    const status = sayStatus(statusFor(facts, watcher.learner, false), watcher.locale)
    const text = JSON.stringify(status)
    if (text === watcher.told) return
    watcher.told = text
    watcher.onChange(status)
  }
  function schedule(): void {
    timer ??= setTimeout(() => {
      void look()
        .catch(onError)
        .finally(() => {
          timer = undefined
          if (watchers.size > 0) schedule()
        })
    }, everyMs)
  }

  return {
    async watch({ learner, locale }, onChange) {
      const status = sayStatus(statusFor(await sessions.status(locale), learner, false), locale)
      const watcher: Watcher = { learner, locale, told: JSON.stringify(status), onChange }
      watchers.add(watcher)
      schedule()
      return { status, unwatch: () => watchers.delete(watcher) }
    },
    close() {
      watchers.clear()
      clearTimeout(timer)
    },
  }
}
