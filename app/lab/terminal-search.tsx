'use client'
// The search field over a terminal (Ctrl+Shift+F): Enter next, Shift+Enter previous, Escape closes.
import { useEffect, useState } from 'react'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import type { TerminalScreen } from './terminal-screen.ts'

export function TerminalSearch({ screen, onClose }: { screen: TerminalScreen; onClose: () => void }) {
  const texts = useTexts()
  const [text, setText] = useState('')
  const [found, setFound] = useState<{ at: number; of: number }>()
  useEffect(() => {
    const stop = screen.onFound(setFound)
    return () => {
      stop()
      screen.clearSearch()
    }
  }, [screen])
  return (
    <search className="tsearch">
      <input
        // biome-ignore lint/a11y/noAutofocus: the reader has just asked for this field
        autoFocus
        value={text}
        aria-label={texts.lab.searchFor}
        placeholder={texts.lab.searchFor}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          screen.find(event.target.value, 'type')
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
          if (event.key === 'Enter') screen.find(text, event.shiftKey ? 'previous' : 'next')
        }}
      />
      <span className="num" aria-live="polite">
        {text && found ? texts.lab.searchCount(found.at, found.of) : ''}
      </span>
      <button type="button" aria-label={texts.lab.searchPrevious} onClick={() => screen.find(text, 'previous')}>
        <Icon name="up" />
      </button>
      <button type="button" aria-label={texts.lab.searchNext} onClick={() => screen.find(text, 'next')}>
        <Icon name="down" />
      </button>
      <button type="button" aria-label={texts.close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </search>
  )
}
