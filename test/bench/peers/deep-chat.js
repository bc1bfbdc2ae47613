// deep-chat's renderer is not exported: it is measured in its chat, which a handler of ours streams one reply to.

import 'deep-chat';

export function create(box) {
  let signals;
  let arrived = [];
  let ended = false;
  let updates = 0;
  let shown = 0;
  const chat = document.createElement('deep-chat');
  chat.style.cssText = 'inline-size: 720px; block-size: 600px';
  chat.connect = {
    stream: true,
    handler(_, given) {
      signals = given;
      signals.onOpen();
      deliver();
    },
  };
  const deliver = () => {
    if (!signals) return;
    for (const piece of arrived) {
      updates++;
      signals.onResponse({ text: piece }).then(() => shown++, reportError);
    }
    arrived = [];
    if (ended) signals.onClose();
  };
  // It draws itself anew, without its messages, whenever one of its properties is set.
  let asked = false;
  chat.onComponentRender = () => {
    if (asked) return;
    asked = true;
    setTimeout(() => chat.submitUserMessage({ text: '?' }));
  };
  box.append(chat);
  return {
    write(piece) {
      arrived.push(piece);
      deliver();
    },
    end() {
      ended = true;
      deliver();
    },
    settled: () => arrived.length === 0 && shown === updates,
    get updates() {
      return updates;
    },
  };
}
