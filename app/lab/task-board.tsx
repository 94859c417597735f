'use client'
// Below the terminals: tasks, what must stay true, hints.
import { useState } from 'react'
import type { LabSnapshot, TaskView } from '../../labs/spec/lab.ts'
import { Inline } from '../shell/prose.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatClock } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { GuardList } from './guard-list.tsx'
import { HintList } from './hint-list.tsx'
import { useLabController, useLabView } from './lab-context.tsx'

export function TaskBoard({ snapshot, ended }: { snapshot: LabSnapshot | undefined; ended: boolean }) {
  const texts = useTexts()
  const exercise =
    snapshot && (snapshot.tasks.length > 0 || snapshot.guards.length > 0) && !['starting', 'healthy'].includes(snapshot.state)
  if (!exercise) {
    return (
      <div className="low" data-pane="tasks" tabIndex={-1}>
        <p className="dim wait">
          <Icon name="pend" />
          {snapshot?.state === 'healthy' ? texts.lab.checksHealthy : texts.lab.checksLater}
        </p>
      </div>
    )
  }
  const passing = snapshot.tasks.filter((task) => task.state === 'pass').length
  return (
    <div className="low" data-pane="tasks" tabIndex={-1}>
      <section className="tasks" aria-labelledby="tasks-title">
        <header>
          <h3 id="tasks-title">{texts.lab.tasks}</h3>
          <span className="num mid">{texts.lab.passCount(passing, snapshot.tasks.length)}</span>
          <span className="sp" />
          {!ended && snapshot.state === 'broken' && snapshot.checkedAt !== undefined && <Checking />}
        </header>
        <ol>
          {snapshot.tasks.map((task) => (
            <Task key={task.id} task={task} ended={ended} />
          ))}
        </ol>
      </section>
      <div className="side">
        <GuardList guards={snapshot.guards} />
        <HintList hints={snapshot.hints} path={snapshot.path} disabled={ended || !['broken', 'solved'].includes(snapshot.state)} />
      </div>
    </div>
  )
}

/** The lab tells of changes only: while it is reached, what stands here is at most one round old. */
function Checking() {
  const texts = useTexts()
  const { link } = useLabView()
  return <span className="dim">{link.online ? texts.lab.checking : texts.lab.notChecking}</span>
}

const icons = { pass: 'pass', fail: 'fail', waiting: 'pend', unknown: 'skip' } as const

function Task({ task, ended }: { task: TaskView; ended: boolean }) {
  const texts = useTexts()
  const locale = useLocale()
  const tone = task.state === 'unknown' ? 'pend' : icons[task.state]
  return (
    <li className={`ck ${tone}`} data-task={task.id} data-state={task.state}>
      <Icon key={task.state} name={icons[task.state]} className={`${tone} flip`} />
      <div>
        <p className="q">
          <Inline text={task.title} />
        </p>
        {task.state === 'fail' && (task.seen || task.wanted) && (
          <dl className="seen">
            {task.seen && (
              <>
                <dt>{texts.lab.seen}</dt>
                <dd>
                  <Inline text={task.seen} />
                </dd>
              </>
            )}
            {task.wanted && (
              <>
                <dt>{texts.lab.wanted}</dt>
                <dd>
                  <Inline text={task.wanted} />
                </dd>
              </>
            )}
          </dl>
        )}
        {task.sentence && task.state === 'fail' && (
          <p className="why">
            <Inline text={task.sentence} />
          </p>
        )}
        {task.state === 'waiting' && task.sentence && <p className="dim">{task.sentence}</p>}
        {task.state === 'unknown' && <p className="mid">{texts.lab.notCounted}</p>}
        {task.kind === 'question' && task.state !== 'pass' && !ended && <Question task={task} />}
      </div>
      <span className="mt num">
        <b className={tone}>{texts.lab.states[task.state]}</b>{' '}
        {task.state === 'pass' ? formatClock(task.since, locale) : task.state === 'fail' ? texts.lab.now : ''}
      </span>
    </li>
  )
}

function Question({ task }: { task: TaskView }) {
  const texts = useTexts()
  const controller = useLabController()
  const { busy } = useLabView()
  const [text, setText] = useState('')
  return (
    <form
      className="question"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim()) void controller?.answer(task.id, text.trim())
      }}
    >
      <input
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={500}
        aria-label={`${texts.lab.answer}: ${task.title}`}
        spellCheck={false}
        autoComplete="off"
      />
      <button type="submit" className="btn sm" disabled={!text.trim() || busy !== undefined}>
        {texts.lab.check}
      </button>
    </form>
  )
}
