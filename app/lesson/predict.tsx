'use client'
// A question before the explanation: the reader commits to an answer by a click, then reads why.
import { type ReactNode, useId, useState } from 'react'

export function Predict({
  question,
  options,
  answer,
  children,
}: {
  question: string
  options: string[]
  answer: number
  children: ReactNode
}) {
  const [chosen, setChosen] = useState<number>()
  const name = useId()
  const decided = chosen !== undefined
  return (
    <fieldset className="quiz predict" data-decided={decided}>
      <legend>
        <span className="label">Predict</span>
        {question}
      </legend>
      {options.map((option, i) => (
        <label key={option}>
          <input type="radio" name={name} checked={chosen === i} disabled={decided && chosen !== i} onChange={() => setChosen(i)} />
          <span>{option}</span>
          {decided && i === answer && <span className="v st pass">This is what happens</span>}
          {chosen === i && i !== answer && <span className="v st fail">Your prediction</span>}
        </label>
      ))}
      <div className="ex" aria-live="polite">
        {decided ? children : <p className="dim">Choose one. The answer opens, and the lab will show it.</p>}
      </div>
    </fieldset>
  )
}
