// The terminal's sixteen colours: dark in both themes, text at least 4.5:1 on the screen. From the design's tokens, converted from OKLCH.
import type { ITheme } from '@xterm/xterm'

const screen = { light: '#11191c', dark: '#0a0f12' }

export function terminalTheme(): ITheme {
  const background = document.documentElement.dataset.theme === 'dark' ? screen.dark : screen.light
  return {
    background,
    foreground: '#d7e0e0',
    cursor: '#f5d240',
    cursorAccent: background,
    selectionBackground: '#3d5a66',
    black: '#2e373b',
    red: '#fb817f',
    green: '#89da9b',
    yellow: '#f5d240',
    blue: '#75cbec',
    magenta: '#d99ee7',
    cyan: '#8cdee2',
    white: '#d7e0e0',
    brightBlack: '#8f9b9e',
    brightRed: '#fc9756',
    brightGreen: '#9df7b0',
    brightYellow: '#ffe680',
    brightBlue: '#a6e0f7',
    brightMagenta: '#eec2f7',
    brightCyan: '#b5f0f2',
    brightWhite: '#f1f6f6',
  }
}
