# MnistService for linux/amd64, on the CPU; deploy/README.md says how to run it, and on a GPU.
#   docker build -t mnistservice .
#   docker build -t mnistservice:cuda --build-arg TORCH_BACKEND=cuda .

# Set these to pull the base images from another registry.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
ARG TORCH_BACKEND=cpu
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
# Only the files that the restore reads, so that a change of the code does not download the packages (libtorch: 128 MB) again.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/MnistService.Model/MnistService.Model.csproj src/MnistService.Model/
COPY src/MnistService.Model/Native/LibTorch.targets src/MnistService.Model/Native/
COPY src/MnistService/MnistService.csproj src/MnistService/ReadyToRun.targets src/MnistService/
COPY src/MnistService/Database/Schema.targets src/MnistService/Database/
RUN dotnet restore src/MnistService -p:TorchBackend=${TORCH_BACKEND}
COPY .editorconfig ./
COPY src/ src/
# The commit that GET /version returns, because .git is not in the build context.
ARG COMMIT=
# The native libraries are a separate layer. It stays the same between versions of the code, so it is stored and pulled once.
RUN dotnet publish src/MnistService -c Release --no-restore -p:TorchBackend=${TORCH_BACKEND} -p:UseAppHost=false \
        -p:SourceRevisionId=${COMMIT} -o /out/app \
    && mkdir /out/native && find /out/app -maxdepth 1 -name '*.so*' -exec mv -t /out/native {} +

# The packages contain libtorch and Skia's native library only for this Linux platform; an ARM host must emulate it.
FROM --platform=linux/amd64 ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /out/native/ ./
COPY --from=build /out/app/ ./
COPY --chmod=0755 deploy/healthcheck.sh ./
# The service writes only to this folder, /data and /tmp. Docker copies the content and the owner of the folder to a new named volume.
COPY --chown=app:app models/ models/
RUN mkdir /data && chown app:app /data models
VOLUME /data
ENV MnistService__Models__Directory=/app/models \
    MnistService__Data__Directory=/data
USER $APP_UID
# The base image sets ASPNETCORE_HTTP_PORTS=8080.
EXPOSE 8080
# Graceful shutdown takes up to 40 s (docker run --stop-timeout 45): running requests are completed, and a training job is saved and marked as interrupted.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["/app/healthcheck.sh"]
ENTRYPOINT ["dotnet", "MnistService.dll"]
