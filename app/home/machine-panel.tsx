'use client'
// What runs on this machine: labs, the pool of spare clusters, and the memory they take. Live while the page is open; the server gives the first look.
import { useEffect, useState } from 'react'
import type { MachineStatus } from '../../labs/spec/status.ts'
import { useNow } from '../lab/elapsed.tsx'
import { labConnection } from '../lab/lab-connection.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatClock, formatDuration } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'

type Pool = NonNullable<MachineStatus['pool']>
type Spare = Pool['spares'][number]

/** `titles`: of scenarios, by id. */
export function MachinePanel({ first, titles }: { first: MachineStatus; titles: Record<string, string> }) {
  const texts = useTexts()
  const locale = useLocale()
  const [status, setStatus] = useState(first)
  useEffect(() => labConnection(texts).watchStatus(locale, setStatus), [locale, texts])
  const { labs, pool } = status
  return (
    <section className="machine" aria-labelledby="machine-title">
      <h2 id="machine-title">{texts.machine.title}</h2>
      <span className="dim num">{texts.machine.memory(status.memoryMB)}</span>
      {labs.length === 0 && !pool && <p className="dim">{texts.machine.nothing}</p>}
      {labs.length > 0 && (
        <ul aria-label={texts.machine.labs}>
          {labs.map((lab, index) => (
            <li key={lab.labId ?? `${index} ${lab.createdAt}`}>
              <span className="what">
                {lab.whose === 'yours' ? (
                  <a href={`/${locale}/labs/${lab.scenarioId}`}>{titles[lab.scenarioId] ?? lab.scenarioId}</a>
                ) : (
                  (titles[lab.scenarioId] ?? lab.scenarioId)
                )}
              </span>
              <span className="dim">{texts.machine.whose[lab.whose]}</span>
              <span className="mono">{lab.runtime}</span>
              <span>{lab.otherBuild ? texts.lab.otherBuildShort : texts.machine.states[lab.state]}</span>
              <span className="num">{texts.machine.mib(lab.memoryMB)}</span>
            </li>
          ))}
        </ul>
      )}
      {pool && <PoolLines pool={pool} />}
    </section>
  )
}

function PoolLines({ pool }: { pool: Pool }) {
  const texts = useTexts()
  const locale = useLocale()
  const now = useNow(pool.spares.some(({ state }) => state !== 'ready') || pool.retryAt !== undefined)
  const ready = pool.spares.filter(({ state }) => state === 'ready').length
  const newest = pool.failures[0]
  return (
    <div className="pool">
      <h3>
        {texts.machine.pool(ready, pool.wanted, pool.runtime)}
        {!pool.kept && <span className="dim"> {texts.machine.unkept}</span>}
      </h3>
      {pool.spares.length > 0 && (
        <ul aria-label={texts.machine.spares}>
          {pool.spares.map((spare) => (
            <SpareLine key={spare.labId} spare={spare} now={now} />
          ))}
        </ul>
      )}
      {pool.waiting && <p className="mid">{texts.machine.waiting(pool.waiting)}</p>}
      {newest && (
        <p className="why">
          <span className="st fail">
            <Icon name="fail" />
            {texts.machine.failed(formatClock(newest.at, locale))}
          </span>{' '}
          {newest.error.message}{' '}
          {pool.retryAt !== undefined && pool.retryAt > now && (
            <span className="mid">{texts.machine.retry(formatDuration(pool.retryAt - now))}</span>
          )}
        </p>
      )}
    </div>
  )
}

function SpareLine({ spare, now }: { spare: Spare; now: number }) {
  const texts = useTexts()
  const time = formatDuration(now - (spare.step?.since ?? spare.since))
  return (
    <li>
      {spare.state === 'ready' ? (
        <span className="st pass">
          <Icon name="pass" />
          {texts.machine.ready}
        </span>
      ) : (
        <span className="st mid">
          <Icon name="pend" />
          {spare.state === 'ending' ? texts.machine.ending : texts.machine.creating}
        </span>
      )}
      <span className="what" suppressHydrationWarning>
        {spare.state === 'creating' && (spare.step ? `${spare.step.title}, ${time}` : time)}
      </span>
      <span className="num">{texts.machine.mib(spare.memoryMB)}</span>
    </li>
  )
}
