'use client'
// A question before the explanation: the reader commits to an answer by a click, then reads why.
import { type ReactNode, useId, useState } from 'react'
import { useTexts } from '../texts/locale-context.tsx'

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
  const texts = useTexts().lesson
  const [chosen, setChosen] = useState<number>()
  const name = useId()
  const decided = chosen !== undefined
  return (
    <fieldset className="quiz predict" data-decided={decided}>
      <legend>
        <span className="label">{texts.predict}</span>
        {question}
      </legend>
      {options.map((option, i) => (
        <label key={option}>
          <input type="radio" name={name} checked={chosen === i} disabled={decided && chosen !== i} onChange={() => setChosen(i)} />
          <span>{option}</span>
          {decided && i === answer && <span className="v st pass">{texts.happens}</span>}
          {chosen === i && i !== answer && <span className="v st fail">{texts.yourPrediction}</span>}
        </label>
      ))}
      <div className="ex" aria-live="polite">
        {decided ? children : <p className="dim">{texts.chooseOne}</p>}
      </div>
    </fieldset>
  )
}
