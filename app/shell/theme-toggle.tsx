'use client'
// Cycles system → light → dark and remembers it. In the top bar of every page.
import { useSyncExternalStore } from 'react'
import { useTexts } from '../texts/locale-context.tsx'
import { Icon } from './sprite.tsx'
import { themeKey } from './theme-script.ts'

type Choice = 'system' | 'light' | 'dark'
const next: Record<Choice, Choice> = { system: 'light', light: 'dark', dark: 'system' }

function readChoice(): Choice {
  try {
    const stored = localStorage.getItem(themeKey)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system' // storage is switched off: follow the system
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener('podwire-theme', listener)
  addEventListener('storage', listener)
  return () => {
    removeEventListener('podwire-theme', listener)
    removeEventListener('storage', listener)
  }
}

export function ThemeToggle() {
  const texts = useTexts()
  const choice = useSyncExternalStore(subscribe, readChoice, (): Choice => 'system')
  const choose = () => {
    const chosen = next[choice]
    try {
      if (chosen === 'system') localStorage.removeItem(themeKey)
      else localStorage.setItem(themeKey, chosen)
    } catch {
      // storage is switched off: the choice holds until the page is left
      if (chosen !== 'system') document.documentElement.dataset.theme = chosen
      return
    }
    dispatchEvent(new Event('podwire-theme'))
  }
  return (
    <button type="button" className="btn quiet sm theme" aria-label={texts.theme[choice]} title={texts.theme[choice]} onClick={choose}>
      <Icon name="half" />
    </button>
  )
}
