// What the demo pages share: Copy buttons, and code that is shown from where it really stands.

for (const code of document.querySelectorAll('code[data-source]')) {
  const source = document.getElementById(code.dataset.source)?.textContent ?? '';
  const lines = source.replace(/^\s*\n|\s+$/g, '').split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  code.textContent = lines.map((line) => line.slice(indent)).join('\n');
}

for (const button of document.querySelectorAll('button.copy')) {
  button.addEventListener('click', async () => {
    const code = button.closest('.snippet')?.querySelector('code')?.textContent ?? '';
    try {
      await navigator.clipboard.writeText(code);
      button.textContent = 'Copied';
    } catch (error) {
      console.warn(error);
      button.textContent = 'Not allowed';
    }
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  });
}
