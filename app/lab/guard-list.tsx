'use client'
// What the fix must not destroy, and the sentence of a guard that is broken.
import type { GuardView } from '../../labs/spec/lab.ts'
import { Inline } from '../shell/prose.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatClock } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'

const icons = { holds: 'guard', broken: 'guardx', unknown: 'skip' } as const
const tones = { holds: 'pass', broken: 'fail', unknown: 'pend' } as const

export function GuardList({ guards }: { guards: GuardView[] }) {
  const texts = useTexts()
  const locale = useLocale()
  if (guards.length === 0) return null
  return (
    <section aria-labelledby="guards-title">
      <header>
        <h3 id="guards-title">{texts.lab.mustStayTrue}</h3>
      </header>
      <ul>
        {guards.map((guard) => (
          <li
            key={guard.id}
            className={`ck guard ${guard.state === 'broken' ? 'fail' : ''}`}
            data-guard={guard.id}
            data-state={guard.state}
          >
            <Icon key={guard.state} name={icons[guard.state]} className={`${tones[guard.state]} flip`} />
            <div>
              <p className="q">
                <Inline text={guard.title} />
              </p>
              {guard.state === 'broken' && (
                <>
                  {guard.seen && !guard.sentence?.includes(guard.seen) && (
                    <p className="small">
                      {texts.lab.seen}: <Inline text={guard.seen} />
                    </p>
                  )}
                  <p className="why">
                    <Inline text={guard.sentence ?? texts.lab.guardBroken} />
                  </p>
                </>
              )}
            </div>
            <span className="mt num">
              {guard.state === 'holds' ? (
                <span className="vh">{texts.lab.guardStates.holds}</span>
              ) : (
                <>
                  <b className={tones[guard.state]}>{texts.lab.guardStates[guard.state]}</b>{' '}
                  {guard.state === 'broken' && formatClock(guard.since, locale)}
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
