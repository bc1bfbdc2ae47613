# A chat back end that answers in JSON:  pip install fastapi uvicorn && python fastapi_server.py
# The page beside it:  <stream-chat endpoint="http://localhost:8000/stream" protocol="message"></stream-chat>
import asyncio
import json
import os
from pathlib import Path
from typing import Optional

import uvicorn
from fastapi import Body, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_methods=['POST'], allow_headers=['Content-Type'])
ANSWER = Path(__file__).with_name('answer.md').read_text(encoding='utf-8').strip()
PAUSE = float(os.environ.get('PAUSE', 0.02))  # seconds between two pieces
HEADERS = {'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no'}  # the second tells nginx not to collect the stream


async def events(message: str):
    """Yields the answer as it is written: put your model here."""
    text = f'You said: {message}\n\n{ANSWER}'
    for at in range(0, len(text), 5):
        await asyncio.sleep(PAUSE)
        # An event is "data: ", JSON and an empty line. JSON escapes the newlines, so any text is safe in it.
        yield f'data: {json.dumps({"token": text[at:at + 5]})}\n\n'
    yield 'data: [DONE]\n\n'


# POST /stream?prompt=…, or as the element sends it: {"message": "…", "messages": [all that was said before, and it]}
@app.post('/stream')
async def stream(prompt: str = '', body: Optional[dict] = Body(None)):
    message = prompt or (body or {}).get('message', '')
    return StreamingResponse(events(message), media_type='text/event-stream', headers=HEADERS)


if __name__ == '__main__':
    uvicorn.run(app, port=int(os.environ.get('PORT', 8000)))
