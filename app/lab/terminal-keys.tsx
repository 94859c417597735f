'use client'
// Keys that a phone's keyboard lacks, below the terminal on narrow screens.
import { useState } from 'react'
import { useTexts } from '../texts/locale-context.tsx'
import type { TerminalScreen } from './terminal-screen.ts'

const keys: { label: string; name?: 'up' | 'down'; send: string }[] = [
  { label: 'Tab', send: '\t' },
  { label: 'Esc', send: '\x1b' },
  { label: '|', send: '|' },
  { label: '-', send: '-' },
  { label: '/', send: '/' },
  { label: '↑', name: 'up', send: '\x1b[A' },
  { label: '↓', name: 'down', send: '\x1b[B' },
]

export function TerminalKeys({ screen }: { screen: TerminalScreen }) {
  const texts = useTexts()
  const [ctrl, setCtrl] = useState(false)
  const toggleCtrl = () => {
    screen.holdCtrl(!ctrl, () => setCtrl(false))
    setCtrl(!ctrl)
    screen.focus()
  }
  const press = (send: string) => {
    screen.press(send)
    screen.focus()
  }
  return (
    <div className="keys" role="toolbar" aria-label={texts.lab.keys}>
      {keys.slice(0, 1).map((key) => (
        <button key={key.label} type="button" onClick={() => press(key.send)}>
          {key.label}
        </button>
      ))}
      <button type="button" aria-pressed={ctrl} onClick={toggleCtrl}>
        Ctrl
      </button>
      {keys.slice(1).map((key) => (
        <button key={key.label} type="button" aria-label={key.name && texts.lab.keyNames[key.name]} onClick={() => press(key.send)}>
          {key.label}
        </button>
      ))}
    </div>
  )
}
