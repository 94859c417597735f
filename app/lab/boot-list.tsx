'use client'
// What the lab is doing until there is a prompt: its steps and their states. Lies over the terminals while they open beneath it.
import { useEffect, useRef, useState } from 'react'
import type { BootStep, LabSnapshot } from '../../labs/spec/lab.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatSeconds } from '../shell/time-text.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { useNow } from './elapsed.tsx'
import { useLabController, useLabScenario, useLabView } from './lab-context.tsx'

export function BootList({ snapshot }: { snapshot: LabSnapshot | undefined }) {
  const texts = useTexts()
  const controller = useLabController()
  const scenario = useLabScenario()
  const view = useLabView()
  return (
    <div className="bootp over">
      <div className="bi">
        <h3>{texts.lab.startingTitle(scenario.title)}</h3>
        <p className="mid num">
          {snapshot && <StartingFor since={snapshot.createdAt} />} {snapshot?.runtime === 'kind' && `${texts.lab.kindTakes} `}
          {texts.lab.reads}
        </p>
        <ol className="bs" aria-live="off">
          {snapshot ? (
            snapshot.steps.map((step) => <Step key={step.id} step={step} />)
          ) : (
            <Step step={{ id: 'connect', title: texts.lab.connecting, state: 'running' }} />
          )}
        </ol>
        <p className="ba">
          <button type="button" className="btn sm" disabled={!snapshot || view.busy === 'stop'} onClick={() => controller?.stop()}>
            {view.busy === 'stop' ? texts.lab.stopping : texts.lab.cancelStart}
          </button>
        </p>
      </div>
    </div>
  )
}

/** One line of the list; also used by the failure view. */
export function Step({ step }: { step: BootStep }) {
  const texts = useTexts()
  const line = useRef<HTMLLIElement>(null)
  const { state } = step
  useEffect(() => {
    if (state !== 'running' || !line.current) return
    // a long list: the line that runs is in sight. Only the list moves, not the page
    const list = line.current.closest('.bootp')
    const below = list ? line.current.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom : 0
    if (list && below > 0) list.scrollTop += below + 12
  }, [state])
  return (
    <li className={stepClass[step.state]} ref={line}>
      {step.state === 'running' ? (
        <span className="spin" aria-hidden="true" />
      ) : (
        <Icon name={stepIcon[step.state]} className={stepClass[step.state]} />
      )}
      <span>
        {step.title}
        {step.detail && step.state !== 'done' && <span className="detail">{step.detail}</span>}
      </span>
      <span className="num dim">
        {step.state === 'running' ? (
          <Running since={step.since} />
        ) : step.ms !== undefined ? (
          texts.lab.seconds(formatSeconds(step.ms))
        ) : step.state === 'waiting' ? (
          texts.lab.waiting
        ) : (
          ''
        )}
      </span>
    </li>
  )
}

const stepClass = { waiting: 'pend', running: 'run', done: 'pass', failed: 'fail' } as const
const stepIcon = { waiting: 'pend', done: 'pass', failed: 'fail' } as const

/** Goes on when no step runs for a moment: the page must not look stuck. */
function StartingFor({ since: told }: { since: number }) {
  const texts = useTexts()
  const seconds = useSeconds(told)
  return seconds >= 2 ? texts.lab.startingFor(texts.lab.seconds(String(seconds))) : ''
}

/** A clock of the server that is this far from ours is not believed. */
const believedMs = 10 * 60_000

/** Seconds since this step began to run, which may be before the page came; says nothing during the first. */
function Running({ since: told }: { since: number | undefined }) {
  const texts = useTexts()
  const seconds = useSeconds(told)
  return seconds > 0 ? texts.lab.soFar(texts.lab.seconds(String(seconds))) : ''
}

/** Seconds since the server's `told`, else since this was first shown; ticks. */
function useSeconds(told: number | undefined): number {
  const now = useNow(true)
  const [shownAt] = useState(Date.now)
  const since = told !== undefined && told <= shownAt && shownAt - told < believedMs ? told : shownAt
  return Math.max(0, Math.floor((now - since) / 1000))
}
