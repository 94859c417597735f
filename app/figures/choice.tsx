// One setting of a figure: a row of words of which one is chosen.
import { useId } from 'react'

export function Choice<T extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  legend: string
  options: readonly { value: T; text: string }[]
  value: T
  onChange: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      <span className="seg">
        {options.map((option) => (
          <label key={option.value}>
            <input className="vh" type="radio" name={name} checked={value === option.value} onChange={() => onChange(option.value)} />
            {option.text}
          </label>
        ))}
      </span>
    </fieldset>
  )
}
