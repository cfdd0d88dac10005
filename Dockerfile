FROM python:3.11-slim-bookworm
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY gateway gateway
COPY mappings mappings
COPY profiles profiles
COPY settlement settlement
RUN python -m compileall -q . && useradd --system --uid 10001 --create-home overgang && install -d -o overgang /data
USER overgang
ENV OVERGANG_DATA_FOLDER=/data
EXPOSE 8080 2575
HEALTHCHECK CMD ["python", "-m", "gateway", "health"]
ENTRYPOINT ["python", "-m", "gateway"]
CMD ["serve"]
