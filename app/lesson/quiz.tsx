'use client'
// The lesson's closing questions; every option says why it is right or wrong. Choosing again is allowed.
import { Fragment, type ReactNode, useId, useState } from 'react'
import type { Quiz as Questions } from '../../labs/spec/lesson.ts'

/** Text with `code` in back quotes. */
function withCode(text: string): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text
  return text.split('`').map((part, i) => <Fragment key={i}>{i % 2 ? <code>{part}</code> : part}</Fragment>)
}

function Question({ question, number, of, onRight }: { question: Questions[number]; number: number; of: number; onRight(): void }) {
  const [chosen, setChosen] = useState<number>()
  const name = useId()
  const option = chosen === undefined ? undefined : question.options[chosen]
  return (
    <fieldset className="quiz">
      <legend>
        <span className="label">
          Check yourself, {number} of {of}
        </span>
        {withCode(question.q)}
      </legend>
      {question.options.map((o, i) => (
        <label key={o.t}>
          <input
            type="radio"
            name={name}
            checked={chosen === i}
            onChange={() => {
              setChosen(i)
              if (o.ok) onRight()
            }}
          />
          <span>{withCode(o.t)}</span>
          {chosen === i && <span className={`v st ${o.ok ? 'pass' : 'fail'}`}>{o.ok ? 'Right' : 'Not this one'}</span>}
        </label>
      ))}
      <p className="ex" aria-live="polite">
        {option && withCode(option.why)}
      </p>
    </fieldset>
  )
}

export function Quiz({ questions, onAllRight }: { questions: Questions; onAllRight?(): void }) {
  const [right, setRight] = useState<ReadonlySet<number>>(new Set())
  return (
    <section aria-label="Check yourself">
      {questions.map((question, i) => (
        <Question
          key={question.q}
          question={question}
          number={i + 1}
          of={questions.length}
          onRight={() => {
            if (right.has(i)) return
            const now = new Set(right).add(i)
            setRight(now)
            if (now.size === questions.length) onAllRight?.()
          }}
        />
      ))}
    </section>
  )
}
