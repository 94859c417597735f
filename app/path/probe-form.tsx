'use client'
// What to send, and from where. Used by path-page.tsx.
import { type FormEvent, useEffect, useState } from 'react'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { type PathQuestion, pathQuestion } from '../../labs/spec/path.ts'
import { useLabScenario } from '../lab/lab-context.tsx'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { readLastQuestion } from './last-question.ts'
import type { PathSession } from './path-session.ts'

const examples = ['http://cart', 'tcp://10.96.0.1:443', 'udp://10.96.0.10:53', 'ping://worker2', 'dns://cart']
const groups = ['laptop', 'node', 'pod', 'host'] as const

interface FormProps {
  snapshot: LabSnapshot
  session: PathSession
  /** the lab is in a state to send probes */
  ready: boolean
  /** the place whose terminal is in front */
  here: string | undefined
}

export function ProbeForm({ snapshot, session, ready, here }: FormProps) {
  const texts = useTexts()
  const scenario = useLabScenario()
  const [question, setQuestion] = useState<PathQuestion>({ from: '', to: '' })
  const [wrong, setWrong] = useState(false)
  useEffect(() => {
    const last = readLastQuestion(scenario.id)
    if (last) setQuestion(last)
  }, [scenario.id])

  const { targets } = snapshot
  const known = (target: string | undefined) => targets.find((t) => t.target === target)?.target
  // a pod that was remembered may have been replaced
  const from = known(question.from) ?? known(here) ?? targets.find((t) => t.group === 'pod')?.target ?? targets[0]?.target ?? ''
  const costs = snapshot.path.state === 'costs'
  const { running, error } = session

  function submit(event: FormEvent) {
    event.preventDefault()
    if (running || !ready) return
    const asked = pathQuestion.safeParse({ from, to: question.to.trim() })
    setWrong(!asked.success)
    if (asked.success) void session.send(asked.data, { pay: costs, snapshot })
  }

  return (
    <form className="probe" onSubmit={submit} aria-label={texts.path.probe} data-pane="probe" tabIndex={-1}>
      <div className="fields">
        <label>
          <span className="label">{texts.path.from}</span>
          <select value={from} onChange={(event) => setQuestion({ ...question, from: event.target.value })}>
            {groups.map((group) => {
              const members = targets.filter((target) => target.group === group)
              return (
                members.length > 0 && (
                  <optgroup key={group} label={texts.lab.groups[group]}>
                    {members.map(({ target, label, address }) => (
                      <option key={target} value={target}>
                        {address ? `${label}  ${address}` : label}
                      </option>
                    ))}
                  </optgroup>
                )
              )
            })}
          </select>
        </label>
        <label className="to">
          <span className="label">{texts.path.to}</span>
          <input
            value={question.to}
            onChange={(event) => setQuestion({ ...question, to: event.target.value })}
            maxLength={300}
            list="probe-examples"
            placeholder={examples[0]}
            aria-describedby="probe-help"
            aria-invalid={wrong}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            required
          />
        </label>
        <datalist id="probe-examples">
          {examples.map((example) => (
            <option key={example} value={example} />
          ))}
        </datalist>
        <button type="submit" className="btn primary" disabled={!ready || running !== undefined}>
          <Icon name="run" />
          {running ? texts.path.sending : costs ? texts.path.pay : texts.path.send}
        </button>
      </div>
      <p className="dim help" id="probe-help">
        {texts.path.examples}{' '}
        {examples.map((example) => (
          <code key={example}>{example}</code>
        ))}
      </p>
      {costs && <p className="costs">{texts.path.costs}</p>}
      {wrong && (
        <p className="refusal" role="alert">
          <Icon name="fail" className="fail" />
          <span>{texts.path.wrong}</span>
        </p>
      )}
      {!wrong && error && (
        <p className="refusal" role="alert">
          <Icon name="fail" className="fail" />
          <span>
            <b>{texts.path.refused}.</b> {error.message} {error.hint && <span className="mid">{error.hint}</span>}
          </span>
        </p>
      )}
    </form>
  )
}
