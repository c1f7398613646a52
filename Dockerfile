# MnistService for linux/amd64, on the CPU; deploy/README.md says how to run it, and on a GPU.
#   docker build -t mnistservice .
#   docker build -t mnistservice:cuda --build-arg TORCH_BACKEND=cuda .

# For a registry of one's own in between.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
ARG TORCH_BACKEND=cpu
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
# Only what a restore reads: the packages (libtorch is 128 MB of download) are fetched again when these change, not when code does.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/MnistService.Model/MnistService.Model.csproj src/MnistService.Model/
COPY src/MnistService.Model/Native/LibTorch.targets src/MnistService.Model/Native/
COPY src/MnistService/MnistService.csproj src/MnistService/ReadyToRun.targets src/MnistService/
COPY src/MnistService/Database/Schema.targets src/MnistService/Database/
RUN dotnet restore src/MnistService -p:TorchBackend=${TORCH_BACKEND}
COPY .editorconfig ./
COPY src/ src/
# The commit that GET /version answers: .git is not in the build context.
ARG COMMIT=
# Native libraries lie apart: a layer of their own, the same from one version of the code to the next, is stored and pulled once.
RUN dotnet publish src/MnistService -c Release --no-restore -p:TorchBackend=${TORCH_BACKEND} -p:UseAppHost=false \
        -p:SourceRevisionId=${COMMIT} -o /out/app \
    && mkdir /out/native && find /out/app -maxdepth 1 -name '*.so*' -exec mv -t /out/native {} +

# libtorch and Skia's natives exist in the packages for no other Linux platform: an ARM host emulates.
FROM --platform=linux/amd64 ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /out/native/ ./
COPY --from=build /out/app/ ./
COPY --chmod=0755 deploy/healthcheck.sh ./
# The service writes here and nowhere else but /tmp. Docker gives a new named volume this content and this owner.
COPY --chown=app:app models/ models/
RUN mkdir /data && chown app:app /data models
VOLUME /data
ENV MnistService__Models__Directory=/app/models \
    MnistService__Data__Directory=/data
USER $APP_UID
# The base image sets ASPNETCORE_HTTP_PORTS=8080.
EXPOSE 8080
# Stop: no new requests, what runs is answered, a training job is saved and marked interrupted. Up to 40 s: docker run --stop-timeout 45
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["/app/healthcheck.sh"]
ENTRYPOINT ["dotnet", "MnistService.dll"]
