# A chat back end that answers in bare text:  pip install flask && python flask_server.py
# The page beside it:  <stream-chat endpoint="http://localhost:5000/stream-chat" protocol="message"></stream-chat>
import os
import time
from pathlib import Path

from flask import Flask, Response, request

app = Flask(__name__)
ANSWER = Path(__file__).with_name('answer.md').read_text(encoding='utf-8').strip()
PAUSE = float(os.environ.get('PAUSE', 0.02))  # seconds between two pieces


def answer(message):
    """Yields the answer as it is written: put your model here."""
    text = f'You said: {message}\n\n{ANSWER}'
    for at in range(0, len(text), 5):
        time.sleep(PAUSE)
        yield text[at:at + 5]


@app.post('/stream-chat')
def stream_chat():
    message = request.get_json()['message']  # {"message": "…", "messages": [all that was said before, and it]}
    # An event is "data: ", the text, and an empty line. When the answer is over, so is the stream.
    events = (f'data: {piece}\n\n' for piece in answer(message))
    return Response(events, content_type='text/event-stream; charset=utf-8')


@app.after_request
def add_headers(response):
    response.headers['Cache-Control'] = 'no-cache'
    response.headers['X-Accel-Buffering'] = 'no'  # tells nginx not to collect the stream
    response.headers['Access-Control-Allow-Origin'] = '*'  # or the origin of your page alone
    response.headers['Access-Control-Allow-Headers'] = 'Content-Type'
    return response


if __name__ == '__main__':
    app.run(port=int(os.environ.get('PORT', 5000)))
